import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, deferred, errorCodeOf, type Clock } from '#core';
import type { RunnerExit, RunnerProcess } from '../types.ts';
import { guardedCommand, type Command, type Guard } from './guard.ts';
import { createLineRing, createOutputLines } from './output-lines.ts';

export interface RunnerStart {
  readonly command: Command;
  readonly socket: string;
  readonly env: Readonly<Record<string, string>>;
  readonly guard: Guard;
  readonly clock: Clock;
  readonly onLine: (line: string) => void;
}

/** A process of this machine can be made to stand still. */
export interface LocalProcess extends RunnerProcess {
  /** Reaches the runner alone: the watch in its group must see the end of the daemon at any time. */
  send(signal: 'SIGSTOP' | 'SIGCONT'): void;
}

const keptLines = 60;
/** A grandchild that left the group may hold our pipes open; the exit is told without waiting for it longer than this. */
const drainMs = 250;
/** After SIGKILL only the kernel can be in the way (a stuck driver or disk). */
const unkillableMs = 15_000;

/**
 * Starts a program in a process group of its own under the guard.
 * @throws AppError `backend.failed` when it cannot be started at all
 */
export async function startRunnerProcess(start: RunnerStart): Promise<LocalProcess> {
  const { socket, env, guard, clock, onLine } = start;
  const { command, args } = guardedCommand(start.command, { guard, parentPid: process.pid });
  const child = spawn(command, args, {
    env,
    cwd: dirname(socket),
    detached: true,
    // The watcher waits for the end of stdin; nobody else reads it.
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const spawned = deferred<undefined>();
  child.once('spawn', () => spawned.resolve(undefined));
  child.once('error', (error) => spawned.reject(error));

  const ring = createLineRing(keptLines);
  for (const stream of [child.stdout, child.stderr]) {
    const lines = createOutputLines((line) => {
      ring.add(line);
      onLine(line);
    });
    stream.on('data', (chunk: Buffer) => lines.push(chunk));
    stream.once('close', () => lines.end());
    stream.on('error', () => undefined);
  }
  child.stdin.on('error', () => undefined);

  const exited = deferred<RunnerExit>();
  let gone = false;
  child.once('exit', (code, signal) => {
    gone = true;
    // What the runner left behind in its group ends with it.
    signalGroup(child.pid, 'SIGKILL');
    child.stdin.destroy();
    const finish = (): void => {
      cancel();
      child.stdout.destroy();
      child.stderr.destroy();
      const exit: RunnerExit = { code, signal, lastOutput: ring.text() };
      void rm(socket, { force: true })
        .catch(() => undefined)
        .then(() => exited.resolve(exit));
    };
    const cancel = clock.schedule(drainMs, finish);
    child.once('close', finish);
  });

  try {
    await spawned.promise;
  } catch (error) {
    const reason = errorCodeOf(error) ?? String(error);
    throw new AppError('backend.failed', `${command} could not be started (${reason}).`, {
      hint:
        reason === 'EAGAIN' ? 'The machine has no processes or memory left; stop something and try again.' : undefined,
      params: { reason: 'not_started', program: command, error: reason },
      cause: error,
    });
  }
  const pid = child.pid ?? 0;

  return {
    pid,
    socket,
    exited: exited.promise,
    send(signal) {
      // Its number may be another's once it is gone.
      if (!gone) process.kill(pid, signal);
    },
    async stop({ graceMs }) {
      if (!gone) signalGroup(pid, graceMs > 0 ? 'SIGTERM' : 'SIGKILL');
      const stuck = deferred<'stuck'>();
      let cancel = clock.schedule(graceMs, () => {
        if (!gone) signalGroup(pid, 'SIGKILL');
        cancel = clock.schedule(unkillableMs, () => stuck.resolve('stuck'));
      });
      const end = await Promise.race([exited.promise, stuck.promise]);
      cancel();
      if (end === 'stuck') {
        throw new AppError('backend.failed', `Process ${pid} does not end, even when killed.`, {
          hint: 'A driver or a disk is stuck; look at the kernel log (dmesg).',
          params: { reason: 'unkillable', pid },
        });
      }
    },
  };
}

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: nobody is left in the group.
  }
}
