import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gantryProgram } from './program.ts';

/** A real daemon in a process of its own. */
export interface TestDaemon {
  /** `http://127.0.0.1:<port>`; empty when TCP is off. */
  readonly url: string;
  readonly socket: string;
  readonly pid: number;
  readonly home: string;
  /** Resolves with how it ended. */
  readonly exited: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
  /** What it wrote to the terminal. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  /** Drains it, and removes the home that was made for it. */
  stop(): Promise<void>;
}

export interface TestDaemonOptions {
  /** A folder of the caller; without one, a new one that `stop` removes. */
  readonly home?: string | undefined;
  /** Added to the environment. GANTRY_PORT is a free port unless given. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Arguments of Node before `serve`; `gantryProgram` unless given. */
  readonly program?: readonly string[] | undefined;
  /** Keeps what it logs to the terminal from waking this process: for measurements. */
  readonly discardLog?: boolean | undefined;
}

const source = fileURLToPath(new URL('..', import.meta.url));

/** Starts a daemon and resolves when it serves. Rejects with its output when it ends instead. */
export async function startTestDaemon({
  home,
  env = {},
  program = gantryProgram,
  discardLog = false,
}: TestDaemonOptions = {}): Promise<TestDaemon> {
  const folder = home ?? mkdtempSync(join(tmpdir(), 'gantry-daemon-'));
  const child = spawn(process.execPath, [...program, 'serve'], {
    cwd: source,
    env: { ...process.env, GANTRY_LANG: 'en', GANTRY_PORT: String(await freePort()), ...env, GANTRY_HOME: folder },
    stdio: ['ignore', 'pipe', discardLog ? 'ignore' : 'pipe'],
  });
  let output = '';
  const exited = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  const line = new Promise<string>((resolve, reject) => {
    const onText = (text: string): void => {
      output += text;
      const ready = /^Gantry serves at (.+)$/m.exec(output);
      if (ready?.[1] !== undefined) resolve(ready[1]);
    };
    child.stdout?.setEncoding('utf8').on('data', onText);
    child.stderr?.setEncoding('utf8').on('data', onText);
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`The daemon ended with ${code} before it served:\n${output}`)));
  });
  const cleanUp = (): void => {
    if (home === undefined) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  };
  try {
    const addresses = (await line).split(' and ');
    return {
      url: addresses.find((address) => address.startsWith('http:')) ?? '',
      socket: addresses.find((address) => address.startsWith('unix:'))?.slice('unix://'.length) ?? '',
      pid: child.pid ?? 0,
      home: folder,
      exited,
      output: () => output,
      kill: (signal) => child.kill(signal),
      async stop() {
        child.kill('SIGTERM');
        await exited;
        cleanUp();
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    cleanUp();
    throw error;
  }
}

/** A port nobody listens on now. */
export async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
