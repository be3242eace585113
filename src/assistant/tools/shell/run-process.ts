import { spawn } from 'node:child_process';
import { AppError, errorCodeOf, type Env } from '#core';

export interface ProcessOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly onOutput: (text: string) => void;
  /** Kept of what it writes: the beginning and the end. */
  readonly maxOutput: number;
}

export interface ProcessResult {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly signalName: string | undefined;
  /** Both streams, as they came. */
  readonly output: string;
  readonly leftOut: number;
}

/** Runs a program in a process group of its own, of which nothing is left afterwards. @throws AppError `request.invalid` when it cannot start; the signal's reason */
export type RunProcess = (program: string, options: ProcessOptions) => Promise<ProcessResult>;

const graceMs = 2000;

export const runProcess: RunProcess = (program, { args, cwd, env, signal, onOutput, maxOutput }) =>
  new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const child = spawn(program, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const output = createBoundedOutput(maxOutput);
    let killing: NodeJS.Timeout | undefined;
    const killAll = (name: NodeJS.Signals): void => {
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, name);
      } catch {
        // Nothing of it is left.
      }
    };
    const onAbort = (): void => {
      killAll('SIGTERM');
      killing = setTimeout(() => killAll('SIGKILL'), graceMs);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const finish = (): void => {
      signal.removeEventListener('abort', onAbort);
      clearTimeout(killing);
    };
    const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
    const hear =
      (name: 'stdout' | 'stderr') =>
      (chunk: Buffer): void => {
        const text = decoders[name].decode(chunk, { stream: true });
        if (output.push(text)) onOutput(text);
      };
    child.stdout.on('data', hear('stdout'));
    child.stderr.on('data', hear('stderr'));
    child.on('error', (cause) => {
      finish();
      reject(cannotStart(program, cause));
    });
    // What it left running in the background ends with it; its pipes would keep us waiting.
    child.on('exit', () => killAll('SIGKILL'));
    child.on('close', (code, signalName) => {
      finish();
      if (signal.aborted) reject(signal.reason);
      else {
        resolve({
          code: code ?? undefined,
          signalName: signalName ?? undefined,
          output: output.text(),
          leftOut: output.leftOut(),
        });
      }
    });
  });

function createBoundedOutput(maxLength: number) {
  const half = Math.floor(maxLength / 2);
  let head = '';
  let tail = '';
  let total = 0;
  return {
    /** Whether it is still within what is kept of the beginning. */
    push(text: string): boolean {
      total += text.length;
      const room = half - head.length;
      head += text.slice(0, Math.max(0, room));
      tail = (tail + text.slice(Math.max(0, room))).slice(-half);
      return room > 0;
    },
    leftOut: () => Math.max(0, total - head.length - tail.length),
    text() {
      const left = total - head.length - tail.length;
      return left > 0 ? `${head}\n[… ${left} characters left out …]\n${tail}` : head + tail;
    },
  };
}

function cannotStart(program: string, cause: unknown): AppError {
  const detail = errorCodeOf(cause) === 'ENOENT' ? 'it is not installed' : (errorCodeOf(cause) ?? 'unknown');
  return new AppError('request.invalid', `The program ${program} cannot be started: ${detail}.`, {
    params: { reason: 'program', program, detail },
    cause,
  });
}
