import { AppError } from '#core';
import type {
  CallOutcome,
  EnabledServer,
  JsonObject,
  OpenOptions,
  RpcMessage,
  ServerConnection,
  ServerLauncher,
} from '../../types.ts';
import {
  failed,
  isNotification,
  isRequest,
  rpcCodes,
  succeeded,
  textOf,
  type RpcRequest,
} from '../../protocol/messages.ts';
import { createPeer, type Peer } from '../../protocol/peer.ts';
import { metaKeys, modernVersion } from '../../protocol/versions.ts';
import { systemClock } from '#core';

/** A server as a test writes it. What it does not say is as with the simplest of servers. */
export interface FakeServer {
  readonly era?: 'legacy' | 'modern';
  readonly capabilities?: JsonObject;
  readonly instructions?: string;
  /** May change while it runs. */
  tools?: readonly JsonObject[];
  prompts?: readonly JsonObject[];
  resources?: readonly JsonObject[];
  templates?: readonly JsonObject[];
  readonly call?: (
    params: JsonObject,
    instance: FakeInstance,
    options: { signal: AbortSignal },
  ) => Promise<CallOutcome> | CallOutcome;
  /** Anything else that it answers. */
  readonly answer?: (request: RpcRequest, instance: FakeInstance) => Promise<CallOutcome> | CallOutcome | undefined;
  /** Instead of starting. */
  readonly open?: (options: OpenOptions) => Promise<void> | void;
  readonly hangsAt?: string;
}

export interface FakeInstance {
  readonly number: number;
  readonly received: RpcMessage[];
  /** Asks and tells the client. */
  readonly peer: Peer;
  crash(): void;
  isOpen(): boolean;
}

export interface FakeServers extends ServerLauncher {
  of(server: string): readonly FakeInstance[];
  openCount(): number;
  digests: Record<string, string | undefined>;
}

const quick = { quietMs: 60_000 };

/** Servers inside this process, by name. */
export function fakeServers(servers: Readonly<Record<string, FakeServer>>): FakeServers {
  const all: { server: string; instance: FakeInstance }[] = [];
  let open = 0;
  const digests: Record<string, string | undefined> = {};

  function start(
    name: string,
    server: FakeServer,
    { events }: OpenOptions,
  ): { instance: FakeInstance; connection: ServerConnection } {
    let isOpen = true;
    open += 1;
    const received: RpcMessage[] = [];
    const end = (error: AppError | undefined): void => {
      if (!isOpen) return;
      isOpen = false;
      open -= 1;
      events.closed(error);
    };
    const later = (message: RpcMessage): void => queueMicrotask(() => isOpen && events.message(message));
    const peer = createPeer({
      clock: systemClock,
      send: later,
      onRequest: async (request, { signal }) => await respond(server, { request, instance, signal }),
      onNotification: () => undefined,
    });
    const instance: FakeInstance = {
      number: all.length,
      received,
      peer,
      isOpen: () => isOpen,
      crash: () => end(new AppError('mcp.server_unavailable', 'It ended with exit code 1.')),
    };
    all.push({ server: name, instance });
    return {
      instance,
      connection: {
        send(message) {
          // A pipe has no references in it.
          const copy = JSON.parse(JSON.stringify(message)) as RpcMessage;
          received.push(copy);
          if ((isRequest(copy) || isNotification(copy)) && copy.method === server.hangsAt) return;
          queueMicrotask(() => peer.receive(copy));
        },
        close() {
          end(undefined);
          return Promise.resolve();
        },
      },
    };
  }

  return {
    digests,
    of: (name) => all.filter(({ server }) => server === name).map(({ instance }) => instance),
    openCount: () => open,
    identify: ({ entry }) => Promise.resolve(digests[entry.name]),
    async open(enabled: EnabledServer, options) {
      const { name } = enabled.entry;
      const server = servers[name];
      if (!server)
        throw new AppError('mcp.server_failed', `There is no image of ${name}.`, { params: { phase: 'image' } });
      await server.open?.(options);
      return start(name, server, options).connection;
    },
  };
}

async function respond(
  server: FakeServer,
  { request, instance, signal }: { request: RpcRequest; instance: FakeInstance; signal: AbortSignal },
): Promise<CallOutcome> {
  const { method, params = {} } = request;
  const own = await server.answer?.(request, instance);
  if (own) return own;
  const capabilities = server.capabilities ?? {
    tools: { listChanged: true },
    ...(server.prompts ? { prompts: { listChanged: true } } : {}),
    ...(server.resources || server.templates ? { resources: { subscribe: true, listChanged: true } } : {}),
  };
  const isModern = server.era === 'modern';
  const about = { capabilities, ...(server.instructions === undefined ? {} : { instructions: server.instructions }) };
  switch (method) {
    case 'initialize':
      if (isModern)
        return failed(rpcCodes.unsupportedVersion, 'Unsupported protocol version', { supported: [modernVersion] });
      return succeeded({
        protocolVersion: params['protocolVersion'] ?? null,
        serverInfo: { name: 'fake', version: '1' },
        ...about,
      });
    case 'server/discover':
      if (!isModern) return failed(rpcCodes.methodNotFound, 'Method not found');
      return succeeded({
        resultType: 'complete',
        supportedVersions: [modernVersion],
        _meta: { [metaKeys.serverInfo]: { name: 'fake', version: '1' } },
        ...about,
      });
    case 'subscriptions/listen':
      return await new Promise<CallOutcome>((resolve) => {
        signal.addEventListener('abort', () => resolve(succeeded({ resultType: 'complete' })));
      });
    case 'tools/list':
      return succeeded({ tools: server.tools ?? [] });
    case 'prompts/list':
      return succeeded({ prompts: server.prompts ?? [] });
    case 'resources/list':
      return succeeded({ resources: server.resources ?? [] });
    case 'resources/templates/list':
      return succeeded({ resourceTemplates: server.templates ?? [] });
    case 'tools/call':
      return (await server.call?.(params, instance, { signal })) ?? textResult(`called ${textOf(params['name'])}`);
    case 'resources/subscribe':
    case 'resources/unsubscribe':
    case 'logging/setLevel':
      return succeeded({});
    default:
      return failed(rpcCodes.methodNotFound, `Method not found: ${method}`);
  }
}

export function textResult(text: string): CallOutcome {
  return succeeded({ content: [{ type: 'text', text }] });
}

export function tool(name: string, more: JsonObject = {}): JsonObject {
  return { name, inputSchema: { type: 'object' }, ...more };
}

/** Asks the client from inside a server. */
export async function askClient(instance: FakeInstance, method: string, params: JsonObject = {}): Promise<CallOutcome> {
  return await instance.peer.request(method, params, quick);
}
