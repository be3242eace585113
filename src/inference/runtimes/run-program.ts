import { spawn } from 'node:child_process';
import { errorCodeOf, type Clock } from '#core';

export interface ProgramResult {
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly timedOut: boolean;
  /** Why it could not be started at all: ENOENT, EACCES, ENOEXEC, … */
  readonly startError: string | undefined;
}

/** Runs a short program to its end. Never rejects: what went wrong is in the result. */
export type RunProgram = (
  command: string,
  args: readonly string[],
  options: { env: Readonly<Record<string, string>>; timeoutMs: number; signal?: AbortSignal | undefined },
) => Promise<ProgramResult>;

const maxOutputBytes = 1 << 20;

/** The program runs in a group of its own, so that its children end with it. */
export function createRunProgram(clock: Clock): RunProgram {
  return (command, args, { env, timeoutMs, signal }) =>
    new Promise((resolve) => {
      const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
      const output = { stdout: '', stderr: '' };
      let timedOut = false;
      const kill = (): void => {
        if (child.pid === undefined) return;
        try {
          process.kill(-child.pid, 'SIGKILL');
        } catch {
          // Gone already.
        }
        child.stdout.destroy();
        child.stderr.destroy();
      };
      const cancel = clock.schedule(timeoutMs, () => {
        timedOut = true;
        kill();
      });
      for (const name of ['stdout', 'stderr'] as const) {
        child[name].setEncoding('utf8');
        child[name].on('data', (text: string) => {
          output[name] = (output[name] + text).slice(0, maxOutputBytes);
        });
      }
      const finish = (result: Pick<ProgramResult, 'code' | 'signal' | 'startError'>): void => {
        cancel();
        signal?.removeEventListener('abort', kill);
        resolve({ ...result, ...output, timedOut });
      };
      child.once('error', (error) => {
        if (child.pid === undefined)
          finish({ code: null, signal: null, startError: errorCodeOf(error) ?? error.message });
      });
      child.once('close', (code, closeSignal) => finish({ code, signal: closeSignal, startError: undefined }));
      if (signal?.aborted) kill();
      else signal?.addEventListener('abort', kill, { once: true });
    });
}
