import { randomUUID } from 'node:crypto';
import { dirname, join } from 'node:path';
import { gatewayProgram } from '#cli';
import { silentLog, type Clock, type Env, type Log, type Paths } from '#core';
import type { McpGateways, McpManagement } from '#api';
import { createClients, gatewayCommand, openGrants, readDockerState, type McpToolkit } from '#mcp';
import type { SettingsStore } from '#settings';
import { thisProgram } from './code-sandbox.ts';
import { createMcpState } from './mcp-state.ts';

export interface McpManagementOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly settings: Pick<SettingsStore, 'current'>;
  readonly gateways: McpGateways;
}

export interface ClosableMcpManagement extends McpManagement {
  close(): Promise<void>;
}

/** The same files that the commands work with, for the routes of the daemon. */
export function createMcpManagement(options: McpManagementOptions): ClosableMcpManagement {
  const { paths, env, clock, settings, gateways } = options;
  const state = createMcpState({ ...options, log: silentLog });
  const platform = process.platform === 'darwin' || process.platform === 'win32' ? process.platform : 'linux';
  let opened: Promise<McpToolkit> | undefined;
  return {
    ...state,
    gateways,
    toolkit: () =>
      (opened ??= import('./create-toolkit.ts')
        .then(({ createToolkit }) => createToolkit({ paths, env, clock, settings }))
        .catch((error: unknown) => {
          opened = undefined;
          throw error;
        })),
    grants: () =>
      openGrants({ path: join(state.folder, 'grants.yaml'), userHome: paths.userHome, clock, log: silentLog }),
    clients: (folder) =>
      createClients({
        platform,
        env,
        home: paths.userHome,
        cwd: folder ?? paths.userHome,
        stateFolder: join(state.folder, 'clients'),
        now: () => clock.now(),
        newId: randomUUID,
      }),
    async gatewayCommand(profile) {
      const { execPath, script } = thisProgram();
      const program = { node: execPath, script, clone: join(dirname(dirname(script)), 'gantry') };
      return gatewayCommand(await gatewayProgram({ env, paths, program }), { profile });
    },
    recording: () => settings.current().mcp.record,
    dockerState: () => readDockerState({ dockerConfig: paths.dockerConfig }),
    async close() {
      await (await opened?.catch(() => undefined))?.[Symbol.asyncDispose]();
    },
  };
}
