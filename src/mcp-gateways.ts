import type { McpGateways, ServerLine } from '#api';
import type { AppError, Clock } from '#core';
import type { Cancel } from '#docker';
import {
  connectInside,
  fingerprintOf,
  insideAbilities,
  type EnabledServer,
  type Gateway,
  type GatewayEvents,
  type ManifestStore,
} from '#mcp';

export interface McpGatewaysOptions {
  /** Opens one where none runs for the profile. */
  readonly open: (profile: string) => Promise<Gateway>;
  /** The one that runs for the profile, if one does. */
  readonly running: (profile: string) => Promise<Gateway | undefined>;
  readonly check: (server: EnabledServer, options: Cancel) => Promise<readonly AppError[]>;
  readonly manifests: Pick<ManifestStore, 'load'>;
  readonly clock: Clock;
  readonly limits: McpGateways['limits'];
}

export interface WatchedGateways {
  readonly gateways: McpGateways;
  /** What the gateway of a profile tells. */
  readonly eventsOf: (profile: string) => GatewayEvents;
}

/** Of each server; what was printed before is gone. */
const keptLines = 500;
const longestLine = 4000;
/** Of servers that printed something; the one that was silent longest is forgotten. */
const keptServers = 500;

/** What the routes of the daemon ask of its gateways. */
export function createMcpGateways({
  open,
  running,
  check,
  manifests,
  clock,
  limits,
}: McpGatewaysOptions): WatchedGateways {
  const logs = new Map<string, ServerLine[]>();
  const lineListeners = new Set<(profile: string, server: string, line: ServerLine) => void>();
  const changeListeners = new Set<() => void>();
  const keyOf = (profile: string, server: string): string => `${profile}\n${server}`;
  const changed = (): void => {
    for (const listener of changeListeners) listener();
  };

  function keep(profile: string, server: string, text: string): void {
    const key = keyOf(profile, server);
    const line = { at: clock.now(), line: text.slice(0, longestLine) };
    const lines = logs.get(key) ?? [];
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    logs.delete(key);
    logs.set(key, lines);
    for (const oldest of logs.keys()) {
      if (logs.size <= keptServers) break;
      logs.delete(oldest);
    }
    for (const listener of lineListeners) listener(profile, server, line);
  }

  return {
    eventsOf: (profile) => ({
      learned: changed,
      failed: changed,
      serverLog: (server, line) => keep(profile, server, line),
    }),
    gateways: {
      limits,
      async status(profile) {
        return (await running(profile))?.status().servers ?? [];
      },
      check,
      async manifest(profile, server) {
        const known = (await running(profile))?.server(server.entry.name)?.manifest(insideAbilities);
        if (known) return known;
        const remembered = await manifests.load(fingerprintOf(server));
        return Object.values(remembered?.manifests ?? {})[0];
      },
      async learn(profile, server) {
        const gateway = await open(profile);
        // What was just added to the profile may not have been seen yet.
        await gateway.reload();
        await gateway.server(server)?.learn(insideAbilities);
      },
      async client(profile) {
        const gateway = await open(profile);
        const client = await connectInside(gateway, { name: 'gantry-dashboard', clock });
        return {
          async call(call, how) {
            await gateway.reload();
            return await client.call(call, how);
          },
          async prompt(wanted, how) {
            await gateway.reload();
            return await client.prompt(wanted, how);
          },
          async read(wanted, how) {
            await gateway.reload();
            return await client.read(wanted, how);
          },
          end: () => client.end(),
        };
      },
      logs: (profile, server) => logs.get(keyOf(profile, server)) ?? [],
      onLine(listener) {
        lineListeners.add(listener);
        return () => lineListeners.delete(listener);
      },
      onChange(listener) {
        changeListeners.add(listener);
        return () => changeListeners.delete(listener);
      },
    },
  };
}
