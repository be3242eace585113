import { join } from 'node:path';
import type { Clock, Env, Log, Paths } from '#core';
import { createHomeSecrets, createProfiles, type Profiles, type Secrets } from '#mcp';

export interface McpStateOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
}

/** What people keep for MCP servers, whoever works with it: the daemon, a gateway of its own, commands. */
export interface McpState {
  readonly folder: string;
  readonly profiles: Profiles;
  readonly secrets: Secrets;
}

export function createMcpState({ paths, env, clock, log }: McpStateOptions): McpState {
  const folder = join(paths.home, 'mcp');
  return {
    folder,
    profiles: createProfiles({ folder: join(folder, 'profiles'), clock, log }),
    secrets: createHomeSecrets({ paths, env, clock }),
  };
}
