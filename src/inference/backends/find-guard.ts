import type { Env } from '#core';
import { findPrograms } from '../runtimes/find-programs.ts';
import type { RunProgram } from '../runtimes/run-program.ts';
import type { Guard } from './guard.ts';

export interface FindGuardOptions {
  readonly env: Env;
  readonly programEnv: Readonly<Record<string, string>>;
  readonly run: RunProgram;
  readonly platform: string;
}

/**
 * The strongest guard this machine allows, tried out once. A runner serves on a unix socket and needs no network, so on
 * Linux it gets an empty network namespace where the system permits one.
 */
export async function findGuard({ env, programEnv, run, platform }: FindGuardOptions): Promise<Guard> {
  if (platform !== 'linux') return { kind: 'watcher' };
  const works = async (command: string, args: readonly string[]): Promise<boolean> => {
    const result = await run(command, args, { env: programEnv, timeoutMs: 5000 });
    return result.code === 0;
  };
  const [[setpriv], [unshare]] = await Promise.all([
    findPrograms('setpriv', env['PATH']),
    findPrograms('unshare', env['PATH']),
  ]);
  const guarded = ['--pdeathsig', 'KILL', '--no-new-privs', '/bin/sh', '-c', 'exit 0'];
  if (!setpriv || !(await works(setpriv.path, guarded))) return { kind: 'watcher' };
  const isolations = unshare
    ? [
        [unshare.path, '--net'],
        [unshare.path, '--user', '--map-current-user', '--net'],
      ]
    : [];
  for (const [command = '', ...args] of isolations) {
    if (await works(command, [...args, setpriv.path, ...guarded])) {
      return { kind: 'setpriv', path: setpriv.path, isolateNetwork: [command, ...args] };
    }
  }
  return { kind: 'setpriv', path: setpriv.path, isolateNetwork: [] };
}
