import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Env, Log, Paths } from '#core';
import {
  createEncryptedFile,
  createKeychain,
  createProfiles,
  createSecretPlaces,
  createSecrets,
  runProgram,
  type Profiles,
  type Secrets,
} from '#mcp';

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
  const tag = createHash('sha256').update(paths.home).digest('hex').slice(0, 8);
  return {
    folder,
    profiles: createProfiles({ folder: join(folder, 'profiles'), clock, log }),
    secrets: createSecrets({
      places: createSecretPlaces(join(folder, 'secrets.yaml'), { clock }),
      keychain: createKeychain({ service: `gantry-${tag}` }),
      file: createEncryptedFile({
        path: join(folder, 'secrets.enc'),
        keyPath: join(folder, 'secrets.key'),
        passphrase: () => Promise.resolve(env['GANTRY_SECRETS_PASSPHRASE'] || undefined),
        clock,
      }),
      env,
      run: runProgram,
    }),
  };
}
