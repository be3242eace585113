import { join } from 'node:path';
import { AppError, type Clock, type Env, type Log, type Paths } from '#core';
import type { McpDoor, McpGateways } from '#api';
import type { Docker } from '#docker';
import {
  createFeatures,
  createGateway,
  createKnownSecrets,
  createManifestStore,
  createProfileSource,
  createSseHttp,
  createStreamableHttp,
  defaultProfile,
  dynamicToolNames,
  prefixedSource,
  readServer,
  type Gateway,
  type SseHttp,
  type StreamableHttp,
} from '#mcp';
import type { Settings, SettingsStore } from '#settings';
import { thisProgram } from './code-sandbox.ts';
import { createMcpDynamic, type McpDynamic } from './mcp-dynamic.ts';
import { createMcpGateways } from './mcp-gateways.ts';
import { createMcpGuards, type McpGuards } from './mcp-guards.ts';
import { createMcpServers } from './mcp-servers.ts';
import { createMcpState } from './mcp-state.ts';

export interface McpDoorOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly docker: Docker;
  readonly settings: Pick<SettingsStore, 'current'>;
}

export interface ClosableMcpDoor extends McpDoor {
  /** The gateway of the default profile, which is started when it is not. */
  gateway(): Promise<Gateway>;
  /** Makes servers fit the settings that are decided about when one starts. */
  followSettings(): void;
  readonly gateways: McpGateways;
  /** Ends all sessions and servers; resolves when nothing is left of them. */
  close(): Promise<void>;
}

interface Open {
  readonly gateway: Gateway;
  readonly dynamic: McpDynamic;
  readonly streaming: StreamableHttp;
  readonly sse: SseHttp;
}

const maxMessageBytes = 16 * 1_048_576;
const maxSessions = 4000;
const sessionIdleMs = 1_800_000;
const maxProfiles = 32;
const limits = { cpus: 1, memoryBytes: 2 * 2 ** 30, pids: 512 };

/**
 * The gateway inside the daemon: one for each profile that somebody asks for, made when they do. What starts servers is there from the
 * start, and one for all of them: it takes away what an earlier daemon left, and nothing that another profile uses.
 */
export function createMcpDoor(options: McpDoorOptions): ClosableMcpDoor {
  const { paths, clock, docker } = options;
  const log = options.log.child({ component: 'mcp' });
  const open = new Map<string, Promise<Open>>();
  const ending = new Set<Promise<void>>();
  const state = createMcpState({ ...options, log });
  const known = createKnownSecrets();
  const settings = (): Settings['mcp'] => options.settings.current().mcp;
  /** What is decided about a server when it starts. */
  const startRules = (): string => {
    const { mcp, models } = options.settings.current();
    return JSON.stringify([mcp.blockNetwork, mcp.verify, models.sigstoreRoot]);
  };
  let followedRules = startRules();
  let isClosed = false;
  let guarding: Promise<McpGuards> | undefined;
  let guards: McpGuards | undefined;
  const servers = createMcpServers({
    ...options,
    log,
    docker,
    state,
    secretSources: ['store'],
    blockNetwork: () => settings().blockNetwork,
    limits,
    isStatic: false,
    warm: 1,
    grants: () => guards?.grants() ?? [],
    known,
  });

  async function guarded(): Promise<McpGuards> {
    guarding ??= createMcpGuards({
      ...options,
      log,
      state,
      known,
      interceptors: [],
      blockSecrets: () => settings().blockSecrets,
      record: () => settings().record,
    });
    guards = await guarding;
    return guards;
  }

  const manifests = createManifestStore(join(paths.home, 'mcp', 'manifests'), { log });
  const { gateways, eventsOf } = createMcpGateways({
    limits,
    open: async (profile) => (await gatewayOf(profile)).gateway,
    running: async (profile) => (await open.get(profile)?.catch(() => undefined))?.gateway,
    async check(server, cancel) {
      await guarded();
      return await servers.check(server, cancel);
    },
    manifests,
    clock,
  });

  async function start(profile: string): Promise<Open> {
    const features = await createFeatures(paths).read();
    const { steps } = await guarded();
    const dynamic = createMcpDynamic({
      ...options,
      state,
      profile,
      check: (server, cancel) => servers.check(server, cancel),
      program: thisProgram(),
    });
    const source = createProfileSource({
      profiles: state.profiles,
      id: profile,
      readServer,
      onProblem: (server, error) => log.warn('an MCP server cannot be used', { server, error }),
    });
    const gateway = createGateway({
      source: features['tool-name-prefix'] ? prefixedSource(source) : source,
      launcher: servers.launcher,
      pool: servers.createPool(),
      manifests,
      steps,
      tools: features['dynamic-tools'] ? dynamic.tools : [],
      reservedTools: dynamicToolNames,
      toolPatterns: undefined,
      longLived: false,
      watch: true,
      clock,
      log,
      events: eventsOf(profile),
    });
    try {
      await gateway.start();
    } catch (error) {
      await gateway.close();
      await dynamic.close();
      throw error;
    }
    const path = profile === defaultProfile ? '/sse' : `/sse?profile=${encodeURIComponent(profile)}`;
    const shared = { gateway, clock, log, maxMessageBytes, maxSessions };
    return {
      gateway,
      dynamic,
      streaming: createStreamableHttp({ ...shared, sessionIdleMs }),
      sse: createSseHttp({ ...shared, path }),
    };
  }

  function gatewayOf(profile: string): Promise<Open> {
    if (!settings().enabled) {
      throw new AppError('mcp.disabled', 'The MCP Toolkit is switched off.', {
        hint: 'Switch it on with: gantry settings set mcp.enabled true',
      });
    }
    if (isClosed) throw new AppError('daemon.stopping', 'The daemon is stopping.', { hint: 'Send the request again.' });
    const found = open.get(profile);
    if (found) return found;
    if (open.size >= maxProfiles) {
      throw new AppError('request.invalid', `More than ${maxProfiles} profiles are in use.`, {
        params: { maxProfiles },
      });
    }
    const started = start(profile);
    open.set(profile, started);
    // A profile that could not be read may be put right.
    started.catch(() => open.delete(profile));
    return started;
  }

  /** Sessions and servers of all profiles. */
  function endAll(): void {
    for (const starting of open.values()) {
      const ended = end(starting).finally(() => ending.delete(ended));
      ending.add(ended);
    }
    open.clear();
  }

  async function end(starting: Promise<Open>): Promise<void> {
    const found = await starting.catch(() => undefined);
    if (!found) return;
    await found.streaming.close();
    await found.sse.close();
    await found.gateway.close();
    await found.dynamic.close();
  }

  return {
    gateways,
    async handle(request, response, { transport, profile = defaultProfile, caller }) {
      const found = await gatewayOf(profile);
      await found[transport].handle(request, response, { caller });
    },
    gateway: async () => (await gatewayOf(defaultProfile)).gateway,
    async status() {
      const all = [...open].map(async ([profile, starting]) => {
        const found = await starting.catch(() => undefined);
        return found ? [{ profile, ...found.gateway.status() }] : [];
      });
      return (await Promise.all(all)).flat();
    },
    followSettings() {
      if (!settings().enabled) endAll();
      const rules = startRules();
      if (rules === followedRules) return;
      followedRules = rules;
      for (const starting of open.values()) {
        starting.then(
          ({ gateway }) => gateway.renewServers(),
          () => undefined,
        );
      }
    },
    async close() {
      isClosed = true;
      endAll();
      await Promise.all(ending);
      await servers.close();
      await (await guarding)?.close();
    },
  };
}
