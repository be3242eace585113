import { AppError, version, type Clock } from '#core';
import type { CallOutcome, ElicitOutcome, JsonObject } from '../types.ts';
import { abilitiesOf, type ClientAbilities } from '../protocol/capabilities.ts';
import { failed, membersOf, rpcCodes, succeeded, textOf, type RpcRequest } from '../protocol/messages.ts';
import { createPeer } from '../protocol/peer.ts';
import type { ClientConnection } from './client-connection.ts';
import type { Gateway } from './gateway.ts';
import type { Session } from './session.ts';

export interface InsideCall {
  readonly server: string;
  /** As the server calls it. */
  readonly tool: string;
  readonly arguments: JsonObject;
}

export interface InsideCallOptions {
  readonly signal: AbortSignal;
  readonly onProgress: (params: JsonObject) => void;
  readonly onLog: (params: JsonObject) => void;
  /** Asks the person, on behalf of the server or of the policy. */
  readonly onQuestion: (
    question: { readonly message: string; readonly schema: JsonObject },
    options: { readonly signal: AbortSignal },
  ) => Promise<ElicitOutcome>;
}

/** A client of a gateway in the same process: what it calls goes through everything that a call of another client does. */
export interface InsideClient {
  /** @throws AppError `mcp.tool_not_found`, or what keeps the server from being used */
  call(call: InsideCall, options: InsideCallOptions): Promise<CallOutcome>;
  end(): Promise<void>;
}

const capabilities: JsonObject = { elicitation: { form: {} } };
/** What such a client can be asked; what a server offers to it is what it is shown. */
export const insideAbilities: ClientAbilities = abilitiesOf(capabilities);

const protocolVersion = '2025-11-25';
const handshakeMs = 60_000;
/** A call may wait for an image, a slow server or a person; whoever waits can give it up. */
const quietMs = 3_600_000;

/** One call at a time is asked about: what a server asks belongs to the call that is under way. */
export async function connectInside(
  gateway: Pick<Gateway, 'connect'>,
  { name, clock }: { readonly name: string; readonly clock: Clock },
): Promise<InsideClient> {
  let current: InsideCallOptions | undefined;
  const connection: ClientConnection = gateway.connect({
    send: (message) => queueMicrotask(() => peer.receive(message)),
  });
  const peer = createPeer({
    clock,
    send: (message) => queueMicrotask(() => connection.receive(message)),
    onRequest: async (request, options) => await answer(request, { asked: current, ...options }),
    onNotification({ method, params = {} }) {
      if (method === 'notifications/message') current?.onLog(params);
    },
  });
  const end = async (): Promise<void> => {
    const reason = new AppError('request.aborted', 'The client left.');
    peer.end(reason);
    await connection.end(reason);
  };
  const met = await peer.request(
    'initialize',
    { protocolVersion, capabilities, clientInfo: { name, version } },
    { quietMs: handshakeMs },
  );
  const session = connection.session();
  if (met.kind === 'error' || !session) {
    await end();
    throw new AppError('internal', met.kind === 'error' ? met.error.message : 'The gateway has no session.');
  }
  peer.notify('notifications/initialized');
  return {
    async call({ server, tool, arguments: args }, options) {
      const exposed = await exposedName(session, { server, tool });
      options.signal.throwIfAborted();
      current = options;
      const { signal, onProgress } = options;
      return await peer.request('tools/call', { name: exposed, arguments: args }, { signal, onProgress, quietMs });
    },
    end,
  };
}

async function exposedName(session: Session, { server, tool }: { server: string; tool: string }): Promise<string> {
  const managed = session.entry(server)?.managed;
  if (!managed) {
    throw new AppError('mcp.server_not_found', `The MCP server ${server} is not enabled.`, {
      params: { reason: 'not_enabled', server },
    });
  }
  await managed.learn(session.asker.abilities);
  const exposed = session.view().exposedTool({ server, name: tool });
  if (exposed !== undefined) return exposed;
  const { state, error } = managed.stats.facts();
  if (state === 'failed' && error) {
    throw new AppError('mcp.server_failed', error.message, { hint: error.hint, params: error.params });
  }
  throw new AppError('mcp.tool_not_found', `${server} has no tool ${tool} that is switched on.`, {
    params: { name: tool, server, reason: 'switched_off' },
  });
}

async function answer(
  { method, params = {} }: RpcRequest,
  { asked, signal }: { asked: InsideCallOptions | undefined; signal: AbortSignal },
): Promise<CallOutcome> {
  if (method === 'ping') return succeeded({});
  if (method !== 'elicitation/create' || !asked) return failed(rpcCodes.methodNotFound, 'That cannot be asked here.');
  const question = { message: textOf(params['message']) ?? '', schema: membersOf(params['requestedSchema']) };
  const said = await asked.onQuestion(question, { signal });
  return succeeded(said.action === 'accept' ? { action: 'accept', content: said.content } : { action: said.action });
}
