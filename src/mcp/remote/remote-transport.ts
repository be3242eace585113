import type { JSONRPCMessage, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { AppError, toAppError, type Clock } from '#core';
import type { HttpClient } from '#registry';
import type {
  ConnectionEvents,
  PlannedValue,
  RemoteLaunch,
  RpcMessage,
  SecretResolver,
  ServerConnection,
  ServerTransport,
} from '../types.ts';
import type { Authorize } from './oauth/authorization.ts';
import { fetchThrough } from './fetch-through.ts';
import { pendingRequests, type PendingRequests } from './pending-requests.ts';
import { remoteFailure } from './remote-failure.ts';
import { checkRemoteUrl, type RemoteUrlRules } from './remote-url.ts';

export interface RemoteTransportDeps {
  /** One whose answers may be silent for long: event streams. */
  readonly http: HttpClient;
  readonly secrets: SecretResolver;
  /** Tokens for a server; they count over a header of the catalogue (contract mcp-toolkit §3.13). */
  readonly authorize: Authorize;
  readonly rules: () => RemoteUrlRules;
  readonly clock: Clock;
  /** Bytes of one message. */
  readonly maxMessageBytes?: number | undefined;
}

const defaultMaxMessageBytes = 32 * 1024 * 1024;
const goodbyeMs = 2000;

type Pipe = Pick<StreamableHTTPClientTransport, 'start' | 'send' | 'close' | 'setProtocolVersion'> &
  Partial<Pick<StreamableHTTPClientTransport, 'terminateSession'>> & {
    onmessage?: ((message: JSONRPCMessage) => void) | undefined;
    onclose?: (() => void) | undefined;
    onerror?: ((error: Error) => void) | undefined;
  };

/** Servers that run elsewhere: streamable HTTP, and HTTP with server-sent events of the protocol's first versions. */
export function createRemoteTransport(deps: RemoteTransportDeps): ServerTransport<RemoteLaunch> {
  return {
    async open(plan, { events, signal }) {
      const rules = deps.rules();
      const url = checkRemoteUrl(plan.server, plan.url, rules);
      const headers = await resolveHeaders(plan, { secrets: deps.secrets, signal });
      const fetchFn = fetchThrough({
        http: deps.http,
        ledFrom: rules.allowInsecure ? undefined : 'public',
        maxBytes: deps.maxMessageBytes ?? defaultMaxMessageBytes,
      });
      const options = { fetch: fetchFn, requestInit: { headers }, authProvider: deps.authorize(plan, fetchFn) };
      // Loaded when the first remote server is used: the SDK is larger than the rest of the gateway.
      const sdk = await import('@modelcontextprotocol/client');
      const pipe: Pipe =
        plan.transport === 'sse'
          ? new sdk.SSEClientTransport(url, options)
          : new sdk.StreamableHTTPClientTransport(url, options);
      const connection = overPipe(pipe, { server: plan.server, events, clock: deps.clock });
      try {
        await abortable(pipe.start(), signal);
      } catch (error) {
        await connection.close();
        throw remoteFailure(plan.server, error);
      }
      return connection;
    },
  };
}

interface PipeOptions {
  readonly server: string;
  readonly events: ConnectionEvents;
  readonly clock: Clock;
}

function overPipe(pipe: Pipe, { server, events, clock }: PipeOptions): ServerConnection {
  const pending: PendingRequests = pendingRequests();
  let over = false;
  const end = (error: AppError | undefined): void => {
    if (over) return;
    over = true;
    pending.clear();
    events.closed(error);
  };
  pipe.onmessage = (message) => {
    const received = message as unknown as RpcMessage;
    const asked = pending.answered(received);
    const version = received.result?.['protocolVersion'];
    if (asked === 'initialize' && typeof version === 'string') pipe.setProtocolVersion(version);
    if (!over) events.message(received);
  };
  pipe.onerror = (error) => {
    if (!over) events.log(error.message.slice(0, 2000));
  };
  pipe.onclose = () => end(undefined);

  const failed = (message: RpcMessage, thrown: unknown): void => {
    if (over) return;
    const error = remoteFailure(server, thrown, { inSession: message.method !== 'initialize' });
    // Without a permit or a session nothing that follows can succeed either.
    if (error.code === 'mcp.oauth_required' || error.code === 'mcp.server_unavailable') {
      end(error);
      return;
    }
    if (message.id === undefined || message.method === undefined || !pending.forget(message.id)) return;
    events.message({ jsonrpc: '2.0', id: message.id, error: { code: -32_000, message: error.message } });
  };

  return {
    send(message) {
      if (over || pending.cancelled(message)) return;
      const requestSignal = pending.sent(message);
      pipe
        .send(message as unknown as JSONRPCMessage, {
          ...(requestSignal && { requestSignal }),
          onRequestStreamEnd: () =>
            failed(message, new AppError('source.truncated', `${server} ended its answer before it was complete.`)),
        })
        .catch((error: unknown) => failed(message, error));
    },
    async close() {
      const ended = over;
      end(undefined);
      if (!ended) await within(goodbyeMs, { clock, work: pipe.terminateSession?.().catch(() => undefined) });
      await pipe.close().catch(() => undefined);
    },
  };
}

async function resolveHeaders(
  plan: RemoteLaunch,
  { secrets, signal }: { secrets: SecretResolver; signal: AbortSignal | undefined },
): Promise<Record<string, string>> {
  const names = new Set(Object.values(plan.headers).flatMap(secretNames));
  const values = names.size === 0 ? new Map() : await secrets.resolve([...names], { server: plan.server, signal });
  const headers: Record<string, string> = {};
  for (const [name, planned] of Object.entries(plan.headers)) {
    const text =
      planned.kind === 'text'
        ? planned.text
        : planned.parts.map((part) => (typeof part === 'string' ? part : values.get(part.secret))).join('');
    try {
      new Headers([[name, text]]);
    } catch {
      // The value may be a secret, so it is not shown.
      throw new AppError('mcp.not_configured', `The header ${name} of ${plan.server} holds what no header may hold.`, {
        hint: 'Look for line ends in the secrets it is made of.',
        params: { server: plan.server, detail: `header ${name}` },
      });
    }
    headers[name] = text;
  }
  return headers;
}

function secretNames(value: PlannedValue): string[] {
  if (value.kind === 'text') return [];
  return value.parts.flatMap((part) => (typeof part === 'string' ? [] : [part.secret]));
}

async function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  return await new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(toAppError(signal.reason));
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}

async function within(
  limitMs: number,
  { clock, work }: { clock: Clock; work: Promise<unknown> | undefined },
): Promise<void> {
  if (work === undefined) return;
  await new Promise<void>((resolve) => {
    const cancel = clock.schedule(limitMs, resolve);
    work
      .finally(() => {
        cancel();
        resolve();
      })
      .catch(() => undefined);
  });
}
