import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gantryProgram } from '#testing';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program to its end and keeps what it wrote. */
export async function runCommand(
  command: readonly string[],
  options: { env?: Readonly<Record<string, string | undefined>>; input?: string; cwd?: string } = {},
): Promise<CommandResult> {
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd: options.cwd ?? root, env: { ...process.env, ...options.env } });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  // A program need not read what it is given.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** The CLI as users run it, on the daemon that owns `home`. */
export function gantry(
  home: string,
  args: readonly string[],
  options: { input?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  return runCommand([process.execPath, ...gantryProgram, ...args], {
    env: { GANTRY_HOME: home, GANTRY_PORT: '0', GANTRY_LANG: 'en', ...options.env },
    ...(options.input === undefined ? {} : { input: options.input }),
  });
}

/** A folder that is gone when the scope ends. */
export async function temporaryDirectory(name: string): Promise<{ path: string } & AsyncDisposable> {
  const path = await mkdtemp(join(tmpdir(), `gantry-${name}-`));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 3 }) };
}
