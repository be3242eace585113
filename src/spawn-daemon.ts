import { spawn } from 'node:child_process';
import { dirname } from 'node:path';
import { AppError, type Env, type Paths } from '#core';

export interface SpawnOptions {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  readonly script: string;
  readonly env: Env;
  readonly paths: Paths;
}

/**
 * Starts the daemon in a session of its own. Rejects when it cannot be spawned or ends with a failure; resolves when it ends
 * because another one serves. Until then it waits, without keeping this process alive.
 */
export function spawnDaemon({ execPath, execArgv, script, env, paths }: SpawnOptions): Promise<void> {
  const child = spawn(execPath, [...execArgv, script, 'serve', '--background'], {
    // A folder that stays, so that the one the command was given in can be removed; hence the absolute paths.
    cwd: dirname(script),
    detached: true,
    stdio: 'ignore',
    env: {
      ...env,
      GANTRY_HOME: paths.home,
      ...(env['MODELS_PATH'] ? { MODELS_PATH: paths.models } : {}),
      ...(env['DOCKER_CONFIG'] ? { DOCKER_CONFIG: paths.dockerConfig } : {}),
    },
  });
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(
        new AppError('daemon.start_failed', `The daemon could not be started: ${cause.message}.`, {
          hint: 'Start it by hand to see more: gantry serve',
          params: { reason: cause.message },
          cause,
        }),
      );
    });
    child.once('exit', (exitCode, signal) => {
      if (exitCode === 0) resolve();
      else {
        const reason =
          signal === null ? `it ended with exit code ${exitCode ?? 'unknown'}` : `it was ended by ${signal}`;
        reject(
          new AppError('daemon.start_failed', `The daemon could not be started: ${reason}.`, {
            hint: 'Start it by hand to see more: gantry serve',
            params: { reason },
          }),
        );
      }
    });
  });
}
