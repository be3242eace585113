import type { AppError } from '#core';
import { deferred, systemClock } from '#core';
import { createHttpClient } from '#registry';
import { createAuthorization, type AuthorizationDeps } from '../oauth/authorization.ts';
import { createOAuthVault, type SecretVault } from '../oauth/vault.ts';
import { createRemoteTransport, type RemoteTransportDeps } from '../remote-transport.ts';
import type { Json, JsonObject, RemoteLaunch, RpcMessage, ServerConnection } from '../../types.ts';

export function memoryVault(): SecretVault & { readonly kept: Map<string, string> } {
  const kept = new Map<string, string>();
  return {
    kept,
    read: async (id) => kept.get(id),
    write: async (id, value) => void kept.set(id, value),
    remove: async (id) => void kept.delete(id),
  };
}

export function launchOf(url: string, more: Partial<RemoteLaunch> = {}): RemoteLaunch {
  return { kind: 'remote', server: 'far', url, transport: 'streamable-http', headers: {}, oauth: undefined, ...more };
}

export type WorldOptions = Partial<RemoteTransportDeps & Pick<AuthorizationDeps, 'registered'>>;

export function remoteWorld(options: WorldOptions = {}) {
  const secrets = memoryVault();
  const vault = createOAuthVault(secrets);
  const http = createHttpClient({ env: {}, clock: systemClock });
  const authorize = createAuthorization({
    vault,
    clock: systemClock,
    registered: options.registered ?? (async () => undefined),
    exclusively: async (_server, work) => await work(),
  });
  const transport = createRemoteTransport({
    http,
    secrets: { resolve: async () => new Map(), has: async () => new Set() },
    authorize,
    rules: () => ({ allowInsecure: true }),
    clock: systemClock,
    ...options,
  });
  return { secrets, vault, http, authorize, transport, [Symbol.asyncDispose]: () => http.close() };
}

/** A connection that answers by promise, as the gateway's upstream does. */
export async function connected(transport: ReturnType<typeof createRemoteTransport>, launch: RemoteLaunch) {
  const waiting = new Map<string | number, (message: RpcMessage) => void>();
  const notes: RpcMessage[] = [];
  const logged: string[] = [];
  const over = deferred<AppError | undefined>();
  const connection: ServerConnection = await transport.open(launch, {
    events: {
      message(message) {
        if (message.id !== undefined && message.method === undefined) waiting.get(message.id)?.(message);
        else notes.push(message);
      },
      log: (line) => void logged.push(line),
      closed: (error) => over.resolve(error),
    },
  });
  let nextId = 0;
  const ask = async (method: string, params: JsonObject = {}): Promise<RpcMessage> => {
    nextId += 1;
    const id = nextId;
    const answer = new Promise<RpcMessage>((resolve) => waiting.set(id, resolve));
    connection.send({ jsonrpc: '2.0', id, method, params });
    return await answer;
  };
  return {
    connection,
    notes,
    logged,
    closed: over.promise,
    ask,
    initialize: async (): Promise<Json | undefined> => {
      const { result } = await ask('initialize', {
        protocolVersion: '2025-06-18',
        capabilities: {},
        clientInfo: { name: 'test', version: '1' },
      });
      connection.send({ jsonrpc: '2.0', method: 'notifications/initialized' });
      return result?.['serverInfo'];
    },
  };
}
