import { PassThrough } from 'node:stream';
import type { Clock } from '#core';
import { runCli } from '../run-cli.ts';
import type { CliOptions } from '../types.ts';
import type { FakeDaemon } from './fake-daemon.ts';

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Standard output or error that keeps what is written; a terminal when it has columns. */
export class FakeOutput extends PassThrough {
  text = '';
  readonly isTTY: boolean;
  columns: number | undefined;

  constructor({ columns }: { columns?: number } = {}) {
    super();
    this.isTTY = columns !== undefined;
    this.columns = columns;
    this.on('data', (chunk: Buffer) => {
      this.text += chunk.toString('utf8');
    });
  }
}

export interface TestRun extends Partial<Omit<CliOptions, 'argv' | 'stdin'>> {
  /** Text of a pipe on standard input. */
  readonly stdin?: CliOptions['stdin'] | string;
}

/** Time stands still: nothing that waits for it happens. */
const stillClock: Clock = { now: () => 1_800_000_000_000, monotonic: () => 0, schedule: () => () => {} };

/** Runs the command line against a fake daemon with everything injected. */
export async function runForTest(daemon: FakeDaemon, argv: readonly string[], options: TestRun = {}): Promise<Outcome> {
  const { stdin = '', ...others } = options;
  const stdout = new FakeOutput();
  const stderr = new FakeOutput();
  const input = typeof stdin === 'string' ? new PassThrough().end(stdin) : stdin;
  const code = await runCli({
    argv,
    env: {},
    stdin: input,
    stdout,
    stderr,
    paths: daemon.paths,
    clock: stillClock,
    program: { node: '/opt/node/bin/node', script: '/opt/gantry/dist/gantry.js', clone: '/opt/gantry/gantry' },
    serve: async () => 0,
    toolkit: async () => {
      throw new Error('This test has no MCP servers.');
    },
    mcpGateway: async () => 0,
    startDaemon: async () => {
      throw new Error('This test has no daemon to start.');
    },
    docker: async () => {
      throw new Error('This test has no Docker Engine.');
    },
    fetchBytes: async () => {
      throw new Error('This test has no network.');
    },
    onInterrupt: () => () => {},
    ...others,
  });
  const read = (output: unknown): string => (output instanceof FakeOutput ? output.text : '');
  return { code, stdout: read(others.stdout ?? stdout), stderr: read(others.stderr ?? stderr) };
}
