import { availableParallelism } from 'node:os';
import { AppError, type Clock, type Log } from '#core';
import type { CallStep, GatewayTool, ServerLauncher, ServerSource, EnabledServer } from '../types.ts';
import type { ConnectionPool } from './connection-pool.ts';
import { noAbilities, type ClientAbilities } from '../protocol/capabilities.ts';
import { createClientConnection, type ClientConnection, type ClientPipe } from './client-connection.ts';
import { createHeldCalls } from './held-calls.ts';
import type { GatewayTimes, ManagedServer } from './managed-server.ts';
import type { Manifest } from './manifest.ts';
import type { ManifestStore } from './manifest-store.ts';
import { createRequests } from './requests.ts';
import { createServerSet, type ServerSet } from './server-set.ts';
import type { Session, SessionDeps } from './session.ts';
import { createSlots } from './slots.ts';
import { createStateless, type Stateless } from './stateless.ts';
import { asJson, statusOf, statusResource, statusTool, statusUri, type GatewayStatus } from './status.ts';
import type { Upstream } from './upstream.ts';

export interface GatewayEvents {
  learned?(server: string, manifest: Manifest): void;
  failed?(server: string, error: AppError): void;
  /** A line of a server's standard error. */
  serverLog?(server: string, line: string): void;
  connected?(session: Session): void;
}

export interface GatewayOptions {
  readonly source: ServerSource;
  readonly launcher: ServerLauncher;
  readonly pool: ConnectionPool<Upstream>;
  readonly manifests: ManifestStore;
  /** Policy, interceptors, scanning, call log: the first is outermost. */
  readonly steps: readonly CallStep[];
  /** Besides `gateway-status`. */
  readonly tools: readonly GatewayTool[];
  /** Shows these tools and nothing of the gateway itself. */
  readonly isPlain?: boolean | undefined;
  /** Names that no server may take, though no tool has them now. */
  readonly reservedTools: readonly string[];
  readonly toolPatterns: readonly string[] | undefined;
  readonly longLived: boolean;
  /** Whether changes of the source are followed. */
  readonly watch: boolean;
  readonly times?: Partial<GatewayTimes> | undefined;
  readonly clock: Clock;
  readonly log: Log;
  readonly events?: GatewayEvents | undefined;
}

/** All MCP servers behind one. Transports put clients in front of it. */
export interface Gateway {
  /** Reads the source and what is remembered of its servers; starts none of them. @throws AppError of the source */
  start(): Promise<void>;
  connect(pipe: ClientPipe): ClientConnection;
  readonly stateless: Stateless;
  /** Asks all servers what they have, as if a client came. Never rejects. */
  learnAll(abilities?: ClientAbilities): Promise<void>;
  servers(): readonly EnabledServer[];
  /** One of them, with what is known of it. */
  server(name: string): ManagedServer | undefined;
  status(abilities?: ClientAbilities): GatewayStatus;
  /** After what is decided at each start changed: servers are started anew where they are used next. */
  renewServers(): void;
  /** Reads the source again. @throws AppError of the source */
  reload(): Promise<void>;
  close(): Promise<void>;
}

const defaultTimes: GatewayTimes = { handshakeMs: 30_000, callQuietMs: 600_000, listWaitMs: 1500 };
/** A server that starts slowly keeps others waiting no longer than this. */
const slotHoldMs = 1000;
const idleMs = 900_000;

export function createGateway(options: GatewayOptions): Gateway {
  const { source, pool, clock, log, steps, events = {} } = options;
  const times: GatewayTimes = { ...defaultTimes, ...options.times };
  const connections = new Set<ClientConnection>();
  const stopping = new AbortController();
  let stopWatching: (() => void) | undefined;
  let reloading: Promise<void> | undefined;

  const status = options.isPlain === true ? [] : [statusTool((names) => statusFor(names, noAbilities))];
  const builtinTools: readonly GatewayTool[] = [...status, ...options.tools];
  const servers: ServerSet = createServerSet({
    launcher: options.launcher,
    pool,
    manifests: options.manifests,
    slots: createSlots(Math.max(4, availableParallelism()), { clock, holdMs: slotHoldMs }),
    clock,
    log,
    times,
    longLived: options.longLived,
    onLog(server, line) {
      log.debug('an MCP server says', { server, line });
      events.serverLog?.(server, line);
    },
    toolPatterns: options.toolPatterns,
    builtinTools,
    builtinResources: options.isPlain === true ? [] : [statusResource],
    reservedTools: options.reservedTools,
  });
  servers.listen({
    changed: () => undefined,
    learned: (server, manifest) => events.learned?.(server, manifest),
    failed: (server, error) => events.failed?.(server, error),
  });

  function statusFor(names: readonly string[] | undefined, abilities: ClientAbilities): GatewayStatus {
    const wanted = names && new Set(names);
    const list = servers.list().filter(({ managed }) => wanted === undefined || wanted.has(managed.name));
    return { servers: list.map((entry) => statusOf(entry, abilities)), warnings: servers.view(abilities).warnings };
  }

  const sessionDeps: SessionDeps = { servers, pool, builtinTools, times, clock, log };
  const requests = createRequests({
    steps,
    clock,
    times,
    readBuiltin(uri, session) {
      if (uri !== statusUri) return undefined;
      const { abilities } = session.asker;
      const view = session.view();
      const status = { servers: session.entries().map((entry) => statusOf(entry, abilities)), warnings: view.warnings };
      return { contents: [{ uri, mimeType: 'application/json', text: JSON.stringify(asJson(status), undefined, 2) }] };
    },
  });
  const stateless = createStateless({
    requests,
    held: createHeldCalls({ clock }),
    session: sessionDeps,
    clock,
    idleMs,
  });

  async function load(): Promise<void> {
    servers.replace(await source.load({ signal: stopping.signal }));
    await Promise.all(servers.list().map(({ managed }) => managed.recall()));
  }

  function reload(): Promise<void> {
    reloading ??= load().finally(() => {
      reloading = undefined;
    });
    return reloading;
  }

  return {
    stateless,
    async start() {
      await load();
      if (!options.watch) return;
      stopWatching = source.watch(() => {
        // What cannot be read now is read at the next change; until then the servers stay as they are.
        reload().catch((error: unknown) => log.warn('the MCP servers cannot be read again', { error }));
      });
    },
    connect(pipe) {
      stopping.signal.throwIfAborted();
      const connection = createClientConnection(pipe, {
        requests,
        stateless,
        session: sessionDeps,
        clock,
        log,
        onSession: (session) => events.connected?.(session),
      });
      connections.add(connection);
      return {
        ...connection,
        async end(reason) {
          connections.delete(connection);
          await connection.end(reason);
        },
      };
    },
    async learnAll(abilities = noAbilities) {
      await Promise.all(servers.list().map(({ managed }) => managed.learn(abilities)));
    },
    servers: () => servers.list().map(({ enabled }) => enabled),
    server: (name) => servers.list().find(({ managed }) => managed.name === name)?.managed,
    status: (abilities = noAbilities) => statusFor(undefined, abilities),
    renewServers: () => servers.renew(),
    reload,
    async close() {
      const reason = new AppError('daemon.stopping', 'The gateway is stopping.');
      stopping.abort(reason);
      stopWatching?.();
      const learnt = servers.stop();
      await stateless.close();
      await Promise.all([...connections].map((connection) => connection.end(reason)));
      connections.clear();
      await pool.close();
      await learnt;
    },
  };
}
