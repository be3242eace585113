import { join } from 'node:path';
import type { Clock, Log } from '#core';
import type { Docker } from '#docker';
import { createEgress } from '../egress/create-egress.ts';
import type { NameLookup } from '../egress/start-proxy.ts';
import type { ContainerLaunch, JsonObject, SecretResolver, ServerTransport } from '../types.ts';
import { createContainerTransport } from './container-transport.ts';
import type { ServerImages } from './images.ts';
import { ownerLabels, ownerOfThisProcess } from './owner.ts';
import { createReaper } from './reaper.ts';
import { runTool, type ToolLimits, type ToolRun } from './run-tool.ts';
import type { ConnectionLimits } from './server-connection.ts';
import type { StartDeps, StartLimits } from './start-container.ts';
import { openWritableRoots } from './writable-roots.ts';

export interface ContainersOptions {
  readonly docker: Docker;
  readonly secrets: SecretResolver;
  /** GANTRY_HOME: whose containers these are. */
  readonly home: string;
  /** The Node program of this process, which proxies are built of. */
  readonly node: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly images?: Omit<ServerImages, 'docker'> | undefined;
  /** Hears of names that servers with an egress proxy look up; the others ask the Engine's DNS. */
  readonly onLookup?: ((lookup: NameLookup) => void) | undefined;
  readonly limits?: Partial<StartLimits & ConnectionLimits & OtherLimits> | undefined;
}

interface OtherLimits {
  readonly tool: ToolLimits;
  /** Between two looks for leftovers. */
  readonly reapMs: number;
  /** How long the network and proxy of a server stay when it has no container. */
  readonly lingerMs: number;
}

/** MCP servers and tools in containers on the Docker Engine. */
export interface McpContainers {
  readonly transport: ServerTransport<ContainerLaunch>;
  /** Runs a tool that is a container; resolves with what `tools/call` answers. @throws AppError `mcp.server_failed` */
  runTool(plan: ContainerLaunch, options: ToolRun): Promise<JsonObject>;
  /** Removes what dead processes left; resolves with how much that was. Also happens by itself. @throws AppError `docker.*` */
  sweep(options?: { readonly signal?: AbortSignal | undefined }): Promise<number>;
  /** Ends what is shared between servers. Connections are to be closed before. */
  close(): Promise<void>;
}

const usualLimits = {
  imageMs: 600_000,
  secretsMs: 60_000,
  networkMs: 60_000,
  createMs: 30_000,
  startMs: 30_000,
  messageBytes: 16 * 1024 ** 2,
  unreadBytes: 64 * 1024 ** 2,
  endMs: 2000,
  termMs: 2000,
  tool: { outputBytes: 8 * 1024 ** 2, runMs: 300_000 },
  reapMs: 60_000,
  lingerMs: 30_000,
};

export function createContainers(options: ContainersOptions): McpContainers {
  const { docker, secrets, home, node, clock, log, onLookup } = options;
  const limits = { ...usualLimits, ...options.limits };
  const owner = ownerOfThisProcess(home);
  const live = new Set<string>();
  const labels = ownerLabels(owner);
  const egress = createEgress({ docker, node, labels, live, clock, log, lingerMs: limits.lingerMs, onLookup });
  const start: StartDeps = {
    docker,
    secrets,
    owner,
    egress,
    limits,
    clock,
    log,
    live,
    engine: { launcher: undefined, withoutInit: false },
  };
  const images = options.images ?? {};
  const writableRoots = openWritableRoots(join(home, 'mcp'), { clock, log });
  const reaper = createReaper({ docker, owner, live, clock, log, intervalMs: limits.reapMs });
  return {
    transport: createContainerTransport({ start, images, connection: limits, writableRoots }),
    runTool: (plan, run) => runTool({ start, images, limits: limits.tool }, plan, run),
    sweep: (cancel) => reaper.sweep(cancel),
    async close() {
      await writableRoots.settled();
      await egress.close();
      await reaper.close();
    },
  };
}
