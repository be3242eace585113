import { join } from 'node:path';
import { createSecretScanner, type Clock, type Env, type Log, type Paths } from '#core';
import {
  createCallLog,
  createCallSteps,
  openGrants,
  openPolicyFile,
  parseInterceptor,
  runProgram,
  type CallRecording,
  type CallStep,
  type Grant,
  type KnownSecrets,
} from '#mcp';
import { createHttpClient } from '#registry';
import type { McpState } from './mcp-state.ts';

export interface McpGuardsOptions {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly state: McpState;
  /** `before:exec:…`, as they are written. @throws AppError `request.invalid` for one that is none */
  readonly interceptors: readonly string[];
  /** Asked for each call, as is `record`. */
  readonly blockSecrets: () => boolean;
  readonly record: () => CallRecording;
  /** Values that servers got, also through others. */
  readonly known: KnownSecrets;
}

/** What stands between clients and servers, whoever serves: policy, secrets, interceptors, call log, grants. */
export interface McpGuards {
  readonly steps: readonly CallStep[];
  grants(): readonly Grant[];
  close(): Promise<void>;
}

const interceptorMs = 30_000;

export async function createMcpGuards(options: McpGuardsOptions): Promise<McpGuards> {
  const { paths, env, clock, log, state, blockSecrets, record, known } = options;
  const interceptors = options.interceptors.map(parseInterceptor);
  const [policy, grants] = await Promise.all([
    openPolicyFile(join(state.folder, 'policy.yaml'), { clock, log }),
    openGrants({ path: join(state.folder, 'grants.yaml'), userHome: paths.userHome, clock, log }),
  ]);
  const scanner = createSecretScanner();
  const callLog = createCallLog({ folder: join(state.folder, 'calls'), recording: record, scanner, known, clock });
  const http = createHttpClient({ env, clock });
  return {
    grants: () => grants.current(),
    steps: createCallSteps({
      callLog: callLog.step,
      policy: () => policy.current(),
      interceptors,
      ask: { run: runProgram, http, env, timeoutMs: interceptorMs },
      blockSecrets,
      scanner,
      known,
      clock,
    }),
    async close() {
      policy[Symbol.dispose]();
      grants[Symbol.dispose]();
      callLog[Symbol.dispose]();
      await http.close();
    },
  };
}
