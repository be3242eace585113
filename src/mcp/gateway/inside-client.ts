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

export interface InsidePrompt {
  readonly server: string;
  /** As the server calls it. */
  readonly prompt: string;
  readonly arguments: Readonly<Record<string, string>>;
}

export interface InsideResource {
  readonly server: string;
  readonly uri: string;
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
  /** @throws AppError `mcp.tool_not_found`, or what keeps the server from being used */
  prompt(wanted: InsidePrompt, options: InsideCallOptions): Promise<CallOutcome>;
  /** @throws AppError `mcp.tool_not_found`, or what keeps the server from being used */
  read(wanted: InsideResource, options: InsideCallOptions): Promise<CallOutcome>;
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
  const ask = async (method: string, params: JsonObject, options: InsideCallOptions): Promise<CallOutcome> => {
    options.signal.throwIfAborted();
    current = options;
    const { signal, onProgress } = options;
    return await peer.request(method, params, { signal, onProgress, quietMs });
  };
  return {
    async call({ server, tool, arguments: args }, options) {
      await learn(session, server);
      const name = session.view().exposedTool({ server, name: tool });
      if (name === undefined) throw notOffered(session, { server, name: tool, kind: 'tool' });
      return await ask('tools/call', { name, arguments: args }, options);
    },
    async prompt({ server, prompt, arguments: args }, options) {
      await learn(session, server);
      const view = session.view();
      const exposed = view.prompts
        .map(({ name }) => textOf(name) ?? '')
        .find((name) => {
          const route = view.prompt(name);
          return route?.server === server && route.name === prompt;
        });
      if (exposed === undefined) throw notOffered(session, { server, name: prompt, kind: 'prompt' });
      return await ask('prompts/get', { name: exposed, arguments: args }, options);
    },
    async read({ server, uri }, options) {
      await learn(session, server);
      if (session.view().resource(uri) !== server) throw notOffered(session, { server, name: uri, kind: 'resource' });
      return await ask('resources/read', { uri }, options);
    },
    end,
  };
}

async function learn(session: Session, server: string): Promise<void> {
  const managed = session.entry(server)?.managed;
  if (!managed) {
    throw new AppError('mcp.server_not_found', `The MCP server ${server} is not enabled.`, {
      params: { reason: 'not_enabled', server },
    });
  }
  await managed.learn(session.asker.abilities);
}

function notOffered(
  session: Session,
  { server, name, kind }: { server: string; name: string; kind: 'tool' | 'prompt' | 'resource' },
): AppError {
  const { state, error } = session.entry(server)?.managed?.stats.facts() ?? {};
  if (state === 'failed' && error) {
    return new AppError('mcp.server_failed', error.message, { hint: error.hint, params: error.params });
  }
  const params = { name, server, reason: kind === 'tool' ? 'switched_off' : kind };
  const what = kind === 'tool' ? `no tool ${name} that is switched on` : `no ${kind} ${name}`;
  return new AppError('mcp.tool_not_found', `${server} has ${what}.`, { params });
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
