import { spawn } from 'node:child_process';
import { AppError, errorCodeOf, type Env } from '#core';

export interface ProgramRun {
  readonly args: readonly string[];
  readonly env: Env;
  readonly stdin?: string | Uint8Array | undefined;
  readonly timeoutMs: number;
  /** Of standard output; a program that says more is ended. */
  readonly maxBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface ProgramOutcome {
  /** Undefined when a signal ended it. */
  readonly code: number | undefined;
  readonly stdout: Buffer;
  /** Why we ended it. */
  readonly ended: 'timeout' | 'too_much' | undefined;
}

/** Runs a program without a shell. Standard error goes nowhere: it may hold what nobody should read. */
export type RunProgram = (file: string, run: ProgramRun) => Promise<ProgramOutcome>;

/** Ends with all it started when its time is over. @throws AppError `request.invalid` when it cannot be started; the signal's reason */
export const runProgram: RunProgram = (file, { args, env, stdin, timeoutMs, maxBytes, signal }) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    // A process group of its own, so that what it starts ends with it.
    const child = spawn(file, args, { env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'], detached: true });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let ended: ProgramOutcome['ended'];
    const kill = (reason?: ProgramOutcome['ended']): void => {
      ended ??= reason;
      if (child.pid === undefined) return;
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It has ended meanwhile.
      }
      child.stdout.destroy();
    };
    const timer = setTimeout(() => kill('timeout'), timeoutMs);
    const onAbort = (): void => kill();
    signal?.addEventListener('abort', onAbort, { once: true });
    const finish = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    child.on('error', (cause) => {
      finish();
      reject(cannotStart(file, cause));
    });
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) kill('too_much');
      else chunks.push(chunk);
    });
    // One that does not read what it is given is no failure.
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
    child.on('close', (code) => {
      finish();
      if (signal?.aborted) reject(signal.reason);
      else resolve({ code: code ?? undefined, stdout: Buffer.concat(chunks), ended });
    });
  });

function cannotStart(file: string, cause: unknown): AppError {
  const detail =
    errorCodeOf(cause) === 'ENOENT' ? 'it is not installed or not on PATH' : (errorCodeOf(cause) ?? 'unknown');
  return new AppError('request.invalid', `The program ${file} cannot be started: ${detail}.`, {
    params: { reason: 'program', program: file, detail },
    cause,
  });
}
