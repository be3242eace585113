import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, deferred } from '#core';
import type { ContainerFacts, Containers, OutputChunk } from '#docker';
import { createManualClock } from '#testing';
import { exitOf, startRunnerContainer } from './runner-container.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gt-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One container whose end the test decides. */
function world(changes: Partial<Containers> = {}) {
  const clock = createManualClock();
  const ends = [deferred<number>()];
  const output = deferred<void>();
  const calls: string[] = [];
  const lines: string[] = [];
  let oomKilled = false;
  const waits: Promise<number>[] = [];
  async function* said(): AsyncGenerator<OutputChunk> {
    yield { stream: 'stdout', bytes: Buffer.from('first ') };
    yield { stream: 'stderr', bytes: Buffer.from('warning\n') };
    yield { stream: 'stdout', bytes: Buffer.from('line\nlast') };
    await output.promise;
  }
  const containers = {
    create: async (_, { name = '' } = {}) => {
      calls.push(`create ${name}`);
      return 'id';
    },
    attach: async () => ({ output: said(), input: process.stderr, close: () => output.resolve() }),
    start: async () => void calls.push('start'),
    inspect: async () => ({ state: { pid: 42, oomKilled } }) as ContainerFacts,
    wait: (id) => {
      const end = ends.at(-1)?.promise ?? Promise.reject(new Error(`${id} never ends`));
      waits.push(end);
      return end;
    },
    stop: async (_, { graceSeconds } = {}) => void calls.push(`stop ${graceSeconds}`),
    kill: async () => void calls.push('kill'),
    remove: async () => void calls.push('remove'),
    ...changes,
  } satisfies Partial<Containers> as unknown as Containers;
  const start = () =>
    startRunnerContainer({
      docker: { containers },
      spec: { Image: 'i', HostConfig: { Memory: 1000 } },
      name: 'gantry-runner',
      socket: join(folder, 'own', 'r.sock'),
      folder: join(folder, 'own'),
      clock,
      onLine: (line) => void lines.push(line),
    });
  return {
    clock,
    calls,
    lines,
    ends,
    waits,
    start,
    end: (code: number, { oom = false } = {}): void => {
      oomKilled = oom;
      output.resolve();
      ends.at(-1)?.resolve(code);
    },
  };
}

describe('a runner in a container', () => {
  it('tells what it wrote, line by line and stream by stream, and goes with its folder', async () => {
    await mkdir(join(folder, 'own'));
    const { start, end, lines, calls } = world();
    const runner = await start();
    expect(runner.pid).toBe(42);
    end(1);
    expect(await runner.exited).toEqual({ code: 1, signal: null, lastOutput: 'warning\nfirst line\nlast' });
    expect(lines).toEqual(['warning', 'first line', 'last']);
    expect(calls).toEqual(['create gantry-runner', 'start', 'remove']);
    expect(await readdir(folder)).toEqual([]);
  });

  it('names the limit it went over when the kernel ended it for that', async () => {
    const { start, end } = world();
    const runner = await start();
    end(137, { oom: true });
    expect(await runner.exited).toMatchObject({ code: null, signal: 'SIGKILL', memoryLimitBytes: 1000 });
  });

  it('is asked to end within the grace, or killed when there is none', async () => {
    for (const [graceMs, call] of [
      [1500, 'stop 2'],
      [0, 'kill'],
    ] as const) {
      const { start, end, calls } = world();
      const runner = await start();
      const stopped = runner.stop({ graceMs });
      end(0);
      await stopped;
      expect(calls).toContain(call);
    }
  });

  it('is said to be stuck when it does not end', async () => {
    const { start, clock } = world();
    const runner = await start();
    const stopped = expect(runner.stop({ graceMs: 1000 })).rejects.toMatchObject({
      code: 'backend.failed',
      params: { reason: 'unkillable_container' },
    });
    clock.advance(16_000);
    await stopped;
  });

  it('lives on while the Engine is away', async () => {
    const { start, end, ends, waits, clock } = world();
    const runner = await start();
    const [before] = ends;
    ends.push(deferred<number>());
    before?.reject(new AppError('docker.unavailable', 'Gone.'));
    while (waits.length < 2) {
      await new Promise((resolve) => setImmediate(resolve));
      clock.advance(1000);
    }
    end(0);
    expect(await runner.exited).toMatchObject({ code: 0 });
  });

  it('leaves nothing when it cannot be started', async () => {
    await mkdir(join(folder, 'own'));
    const failure = new AppError('docker.failed', 'No such runtime.');
    const { start, calls } = world({ start: () => Promise.reject(failure) });
    await expect(start()).rejects.toBe(failure);
    expect(calls).toEqual(['create gantry-runner', 'remove']);
    expect(await readdir(folder)).toEqual([]);
  });
});

it.each([
  [0, { code: 0, signal: null }],
  [1, { code: 1, signal: null }],
  [139, { code: null, signal: 'SIGSEGV' }],
  [200, { code: 200, signal: null }],
  [null, { code: null, signal: null }],
])('reads the exit code %s', (code, exit) => {
  expect(exitOf(code)).toEqual(exit);
});
