import type { AppError, Clock, Env, Paths } from '#core';
import type { Cancel } from '#docker';
import {
  createDirectory,
  createSessionProfiles,
  dynamicTools,
  readServer,
  runScript,
  type EnabledServer,
  type GatewayTool,
  type McpToolkit,
} from '#mcp';
import type { SettingsStore } from '#settings';
import { startSandbox, type SandboxProgram } from './code-sandbox.ts';
import type { McpState } from './mcp-state.ts';

export interface McpDynamicOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly state: McpState;
  /** The profile that is served. */
  readonly profile: string;
  readonly check: (server: EnabledServer, options: Cancel) => Promise<readonly AppError[]>;
  readonly program: SandboxProgram;
}

export interface McpDynamic {
  readonly tools: readonly GatewayTool[];
  close(): Promise<void>;
}

/** Tools with which sessions change themselves. Catalogues are read when one is first used. */
export function createMcpDynamic(options: McpDynamicOptions): McpDynamic {
  const { clock, state, profile, check, program } = options;
  let opened: Promise<{ toolkit: McpToolkit; directory: ReturnType<typeof createDirectory> }> | undefined;
  const open = (): NonNullable<typeof opened> => {
    opened ??= (async () => {
      const { createToolkit } = await import('./create-toolkit.ts');
      const toolkit = await createToolkit(options);
      const configOf = async (server: string) =>
        (await state.profiles.find(profile))?.servers.find(({ name }) => name === server)?.config ?? {};
      return { toolkit, directory: createDirectory({ catalogs: toolkit.catalogs, configOf }) };
    })();
    return opened;
  };
  const profiles = createSessionProfiles({
    profiles: state.profiles,
    own: profile,
    readServer,
    entry: async (name) => await (await open()).directory.entry(name, {}),
  });
  return {
    tools: dynamicTools({
      directory: {
        search: async (query, options) => await (await open()).directory.search(query, options),
        find: async (name, options) => await (await open()).directory.find(name, options),
      },
      profiles,
      problems: check,
      run: (options) => runScript({ ...options, clock, start: () => startSandbox(program) }),
    }),
    async close() {
      const found = await opened?.catch(() => undefined);
      found?.directory[Symbol.dispose]();
      await found?.toolkit[Symbol.asyncDispose]();
    },
  };
}
