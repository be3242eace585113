import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, silentLog, systemClock } from '#core';
import type { CallOutcome, CatalogServer, EnabledServer, JsonObject, RpcMessage } from '../../types.ts';
import { failed, rpcCodes, textOf, type RpcNotification, type RpcRequest } from '../../protocol/messages.ts';
import { createPeer } from '../../protocol/peer.ts';
import { catalogServer } from '#testing';
import { metaKeys, modernVersion } from '../../protocol/versions.ts';
import type { ClientConnection } from '../client-connection.ts';
import { createDirectPool } from '../direct-pool.ts';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway.ts';
import { createManifestStore } from '../manifest-store.ts';
import { fakeServers, type FakeServer, type FakeServers } from './fake-servers.ts';

export interface World {
  readonly gateway: Gateway;
  readonly servers: FakeServers;
  /** Puts other servers in their place. */
  readonly change: (enabled: readonly EnabledServer[]) => Promise<void>;
  readonly client: (options?: FakeClientOptions) => FakeClient;
  readonly close: () => Promise<void>;
}

export interface WorldOptions extends Partial<GatewayOptions> {
  readonly enabled?: readonly EnabledServer[];
  readonly folder?: string;
}

export interface FakeClientOptions {
  readonly capabilities?: JsonObject;
  readonly era?: 'legacy' | 'modern';
  readonly logLevel?: string;
  readonly onRequest?: (request: RpcRequest) => Promise<CallOutcome> | CallOutcome;
}

export interface FakeClient {
  /** Of the era that it is of; what a server of sessions wants first is done. */
  request(
    method: string,
    params?: JsonObject,
    options?: { signal?: AbortSignal; progress?: (p: JsonObject) => void },
  ): Promise<CallOutcome>;
  call(name: string, args?: JsonObject): Promise<CallOutcome>;
  names(method: string): Promise<readonly string[]>;
  notify(method: string, params?: JsonObject): void;
  readonly heard: readonly RpcNotification[];
  /** Resolves when something of that method has been heard. */
  hears(method: string): Promise<RpcNotification>;
  leave(): Promise<void>;
}

export function enabledServer(
  name: string,
  more: Partial<CatalogServer> = {},
  rest: Partial<EnabledServer> = {},
): EnabledServer {
  const entry = catalogServer(name, more);
  return { entry, config: {}, tools: undefined, origin: 'test', ...rest };
}

/** A gateway before servers that run inside this process. */
export async function gatewayWorld(
  fakes: Readonly<Record<string, FakeServer>>,
  options: WorldOptions = {},
): Promise<World> {
  const servers = fakeServers(fakes);
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'gantry-gateway-')));
  let enabled = options.enabled ?? Object.keys(fakes).map((name) => enabledServer(name));
  const gateway = createGateway({
    source: { load: () => Promise.resolve(enabled), watch: () => () => undefined },
    launcher: servers,
    pool: createDirectPool({ onCloseFailed: (error) => expect.fail(error.message) }),
    manifests: createManifestStore(folder, { log: silentLog }),
    steps: [],
    tools: [],
    reservedTools: [],
    toolPatterns: undefined,
    longLived: false,
    watch: false,
    clock: systemClock,
    log: silentLog,
    ...options,
  });
  await gateway.start();
  return {
    gateway,
    servers,
    async change(next) {
      enabled = next;
      await gateway.reload();
    },
    client: (clientOptions) => fakeClient(gateway, clientOptions),
    async close() {
      await gateway.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

const expect = {
  fail(text: string): never {
    throw new Error(text);
  },
};

/** A client at one pipe. */
export function fakeClient(gateway: Pick<Gateway, 'connect'>, options: FakeClientOptions = {}): FakeClient {
  const { capabilities = {}, era = 'legacy', logLevel, onRequest } = options;
  const heard: RpcNotification[] = [];
  const waiting = new Set<() => void>();
  const connection: ClientConnection = gateway.connect({
    send: (message) => {
      const copy = JSON.parse(JSON.stringify(message)) as RpcMessage;
      queueMicrotask(() => peer.receive(copy));
    },
  });
  const peer = createPeer({
    clock: systemClock,
    send: (message) => {
      const copy = JSON.parse(JSON.stringify(message)) as RpcMessage;
      queueMicrotask(() => connection.receive(copy));
    },
    onRequest: async (request) =>
      (await onRequest?.(request)) ?? failed(rpcCodes.methodNotFound, `the client has no ${request.method}`),
    onNotification(notification) {
      heard.push(notification);
      for (const wake of waiting) wake();
    },
  });
  const meta: JsonObject =
    era === 'legacy'
      ? {}
      : {
          [metaKeys.protocolVersion]: modernVersion,
          [metaKeys.clientInfo]: { name: 'test', version: '1' },
          [metaKeys.clientCapabilities]: capabilities,
          ...(logLevel === undefined ? {} : { [metaKeys.logLevel]: logLevel }),
        };
  const clientInfo = { name: 'test', version: '1' };
  const met =
    era === 'modern'
      ? Promise.resolve()
      : peer
          .request('initialize', { protocolVersion: '2025-11-25', capabilities, clientInfo }, { quietMs: 60_000 })
          .then(() => peer.notify('notifications/initialized'));
  const client: FakeClient = {
    heard,
    async request(method, params = {}, { signal, progress } = {}) {
      await met;
      const own = params['_meta'];
      const sent = era === 'legacy' ? params : { ...params, _meta: { ...(own as JsonObject), ...meta } };
      return await peer.request(method, sent, { quietMs: 60_000, signal, onProgress: progress });
    },
    call: (name, args = {}) => client.request('tools/call', { name, arguments: args }),
    async names(method) {
      const outcome = await client.request(method);
      if (outcome.kind === 'error') throw new Error(outcome.error.message);
      const list = Object.values(outcome.result).find((value) => Array.isArray(value)) as readonly JsonObject[];
      return list.map((item) => textOf(item['name']) ?? '').filter((name) => name !== 'gateway-status');
    },
    notify: (method, params) => peer.notify(method, params),
    hears(method) {
      return new Promise((resolve) => {
        const check = (): void => {
          const found = heard.find((one) => one.method === method);
          if (!found) return;
          waiting.delete(check);
          resolve(found);
        };
        waiting.add(check);
        check();
      });
    },
    leave: () => connection.end(new AppError('request.aborted', 'The client left.')),
  };
  return client;
}
