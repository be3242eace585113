import { realpathSync } from 'node:fs';
import { tmpdir } from 'node:os';
import type { AppError, Clock, Env, Log, Paths } from '#core';
import type { Cancel, Docker } from '#docker';
import {
  createContainers,
  createLauncher,
  createPool,
  createPooledConnections,
  createRemoteTransport,
  createSecretResolver,
  connectStatic,
  remoteUrlRules,
  launchProblems,
  secretsOf,
  type ConnectionPool,
  type ContainerLimits,
  type ContainersOptions,
  type EnabledServer,
  type Grant,
  type KnownSecrets,
  type LaunchContext,
  type SecretFile,
  type SecretResolver,
  type ServerLauncher,
  type Upstream,
} from '#mcp';
import { createHttpClient } from '#registry';
import type { SettingsStore } from '#settings';
import { createMcpOAuth } from './mcp-oauth.ts';
import { createMcpImages } from './mcp-images.ts';
import type { McpState } from './mcp-state.ts';

export interface McpServersOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly docker: Docker;
  /** Asked at each start for what images must be signed with. */
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly state: McpState;
  readonly secretSources: readonly (SecretFile | 'store')[];
  /** Asked at each start; what runs already is not changed by it. */
  readonly blockNetwork: () => boolean;
  readonly limits: ContainerLimits;
  /** Servers were started beside the gateway: `--static`. */
  readonly isStatic: boolean;
  /** Whether images must be signed as the settings say; default true. */
  readonly verifySignatures?: boolean | undefined;
  /** Instances that wait ready, of each server that is in use. */
  readonly warm: number;
  /** Hears of names that servers look up. */
  readonly onLookup?: ContainersOptions['onLookup'];
  readonly grants: () => readonly Grant[];
  /** Hears of the values that servers get, so that they are known where they come back. */
  readonly known: KnownSecrets;
}

/** How MCP servers are started and kept. One for a process: what it does not know of is a leftover to it. */
export interface McpServers {
  readonly launcher: ServerLauncher;
  /** The connections of one gateway, which closes them. */
  createPool(): ConnectionPool<Upstream>;
  /** What keeps a server from being started, each with what to do about it. */
  check(server: EnabledServer, options: Cancel): Promise<readonly AppError[]>;
  close(): Promise<void>;
}

const maxMessageBytes = 16 * 1_048_576;
/** Of one server at once, calls and sessions together. */
const maxInstances = 64;
const warmIdleMs = 120_000;
/** Remote servers are silent while they work, and on streams of events for as long as nothing happens. */
const eventStreams = { headerMs: 600_000, idleMs: 24 * 3_600_000 };

export function createMcpServers(options: McpServersOptions): McpServers {
  const { paths, env, clock, log, docker, state, limits } = options;
  /** What entries of that name declare; a plan asks for no more than its own entry does. */
  const declared = new Map<string, ReadonlySet<string>>();
  const http = createHttpClient({ env, clock, limits: eventStreams });
  const resolver = createSecretResolver({
    secrets: state.secrets,
    sources: options.secretSources,
    declared: (server) => declared.get(server) ?? new Set(),
  });
  const secrets: SecretResolver = {
    has: (names, cancel) => resolver.has(names, cancel),
    async resolve(names, wanted) {
      const values = await resolver.resolve(names, wanted);
      options.known.add(values.values());
      return values;
    },
  };
  const images = createMcpImages({ ...options, verifySignatures: options.verifySignatures ?? true });
  const containers = createContainers({
    docker,
    secrets,
    home: paths.home,
    node: process.execPath,
    clock,
    log,
    images,
    onLookup: options.onLookup,
  });
  const remote = createRemoteTransport({
    http,
    secrets,
    authorize: createMcpOAuth({ state, http, catalogs: undefined, env, clock }).tokens,
    rules: () => remoteUrlRules(env),
    clock,
  });
  const context = (): Omit<LaunchContext, 'secrets'> => ({
    binds: {
      grants: options.grants(),
      userHome: paths.userHome,
      temporaryFolders: [tmpdir(), '/tmp', '/var/tmp'],
      realPath: realPathOf,
    },
    blockNetwork: options.blockNetwork(),
    limits,
    readOnlyRoot: 'auto',
  });
  const launcher = createLauncher({
    containers,
    remote,
    secrets,
    clock,
    context,
    imageDigest: async (image, cancel) => (await docker.images.inspect(image, cancel)).id,
    connectStatic: options.isStatic ? (server, open) => connectStatic(server, { ...open, maxMessageBytes }) : undefined,
  });
  return {
    launcher: {
      identify: (enabled, cancel) => launcher.identify(enabled, cancel),
      open(enabled, open) {
        const { entry } = enabled;
        declared.set(entry.name, new Set([...(declared.get(entry.name) ?? []), ...secretsOf(entry)]));
        return launcher.open(enabled, open);
      },
    },
    createPool: () =>
      createPooledConnections<Upstream>({
        createPool: (start) =>
          createPool<Upstream>({
            start: (key, how) => start(key, how),
            stop: (upstream) => upstream.close(),
            clock,
            log,
          }),
        policyFor(server, { lifetime, fingerprint }) {
          const shared = { name: server, revision: fingerprint, maxInstances };
          return lifetime === 'session'
            ? { ...shared, mode: 'session', warm: 0, idleMs: undefined }
            : { ...shared, mode: 'fresh', warm: lifetime === 'call' ? options.warm : 0, idleMs: warmIdleMs };
        },
      }),
    async check(server, cancel) {
      const names = secretsOf(server.entry);
      return launchProblems(server, { ...context(), secrets: await resolver.has(names, cancel) });
    },
    async close() {
      await containers.close();
      await images.close();
      await http.close();
    },
  };
}

function realPathOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
