import type { CallOutcome, Json, JsonObject } from '../types.ts';
import type { RpcId, RpcNotification } from '../protocol/messages.ts';

/** A request of a client while it is under way: who waits for it, and how to reach them meanwhile. */
export interface RequestContext {
  readonly signal: AbortSignal;
  readonly progressToken: RpcId | undefined;
  /** Of the stateless era, where each request says what it wants to hear. */
  readonly logLevel: string | undefined;
  notify(notification: RpcNotification): void;
  /** Who waits for it cannot keep up with what they are told; resolves when they can. */
  congestion?(): Promise<void> | undefined;
  /** Asks the client on behalf of a server. */
  ask(request: ClientQuestion, options: AskOptions): Promise<CallOutcome>;
  /** A server wanted to ask what the client cannot be asked. */
  lacks?(capabilities: JsonObject): void;
  /** Whether the client is being asked right now, so that the server's silence is ours. */
  isAsking(): boolean;
}

export interface ClientQuestion {
  readonly method: string;
  readonly params: JsonObject | undefined;
}

export interface AskOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: ((params: JsonObject) => void) | undefined;
}

export function progressTokenOf(params: JsonObject | undefined): RpcId | undefined {
  const meta = params?.['_meta'];
  if (typeof meta !== 'object' || meta === null || Array.isArray(meta)) return undefined;
  const token: Json | undefined = (meta as JsonObject)['progressToken'];
  return typeof token === 'string' || typeof token === 'number' ? token : undefined;
}
