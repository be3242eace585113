import { access, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, silentLog, systemClock } from '#core';
import { isRunning, writeFakeRuntime, type FakeRuntimeBehaviour } from '#testing';
import type { RunnerConfig, RunnerPlan, RunnerProcess } from '../types.ts';
import type { Guard } from './guard.ts';
import { createLlamaCppBackend } from './llama-cpp.ts';

const watcher: Guard = { kind: 'watcher' };

describe('createLlamaCppBackend', () => {
  let folder: string;
  let lines: string[];
  const running: RunnerProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gb-'));
    lines = [];
  });
  afterEach(async () => {
    await Promise.all(running.splice(0).map((runner) => runner.stop({ graceMs: 0 })));
    await rm(folder, { recursive: true, force: true });
  });

  async function start(
    behaviour: FakeRuntimeBehaviour = {},
    { config, guard, signal, limits, othersAnswer }: StartOptions = {},
  ): Promise<RunnerProcess> {
    const path = await writeFakeRuntime(join(folder, 'llama-server'), behaviour);
    const backend = createLlamaCppBackend({
      env: { ...process.env, HF_TOKEN: 'hf_secret', CUDA_VISIBLE_DEVICES: '0', LLAMA_ARG_CTX_SIZE: '9' },
      clock: systemClock,
      log: silentLog,
      logSink: (label) => ({ write: (line) => lines.push(`${label}: ${line}`) }),
      ...(guard && { guard }),
      ...(limits && { limits }),
    });
    const runner = await backend.start(plan({ path, folder, config }), {
      signal: signal ?? AbortSignal.timeout(15_000),
      othersAnswer,
    });
    running.push(runner);
    return runner;
  }

  async function failureOf(behaviour: FakeRuntimeBehaviour, options: StartOptions = {}): Promise<AppError> {
    const error: unknown = await start(behaviour, options).catch((thrown: unknown) => thrown);
    if (!(error instanceof AppError)) throw new Error(`expected an AppError, got ${String(error)}`);
    return error;
  }

  it.each([
    ['the guard of this system', undefined],
    ['a watching shell', watcher],
  ])('resolves when the runner answers, and stops it, under %s', async (_, guard) => {
    const runner = await start({ loadMs: 30 }, { ...(guard && { guard }) });
    expect(isRunning(runner.pid)).toBe(true);
    await runner.stop({ graceMs: 5000 });
    expect(await runner.exited).toMatchObject({ code: 0, signal: null });
    expect(isRunning(runner.pid)).toBe(false);
    await expect(access(runner.socket)).rejects.toThrow('ENOENT');
  });

  it('gives every conversation the whole context and passes threads, alias and checked flags on', async () => {
    await start({}, { config: { contextSize: 512, parallel: 3, runtimeFlags: ['--seed=-1', '--temp', '0.2'] } });
    const args = printed('args');
    expect(args).toContain('"--ctx-size","1536","--parallel","3"');
    expect(args).toContain('"--threads","1","--threads-batch","2"');
    expect(args).toContain('"--alias","ai/test:latest"');
    expect(args).toContain('"--seed","-1","--temp","0.2"]');
    expect(args).not.toContain('per-slot');
  });

  it('gives way to others that answer while it loads, and runs once it is ready', async () => {
    let asked = 0;
    const runner = await start({ loadMs: 200 }, { othersAnswer: () => (asked += 1) > 0 });
    expect(asked).toBeGreaterThan(0);
    await runner.stop({ graceMs: 5000 });
    expect(await runner.exited).toMatchObject({ code: 0, signal: null });
  });

  it('can be cancelled while it stands still', async () => {
    const cancel = new AbortController();
    const othersAnswer = (): boolean => {
      if (lines.length > 0) setImmediate(() => cancel.abort());
      return true;
    };
    const error = await failureOf({ loadMs: 20_000 }, { signal: cancel.signal, othersAnswer });
    expect(error).toMatchObject({ code: 'request.aborted' });
    expect(runnerIsGone()).toBe(true);
  });

  it('keeps secrets and hidden settings of the environment from the runner, and lets GPU variables through', async () => {
    await start();
    const env = printed('env');
    expect(env).toContain('CUDA_VISIBLE_DEVICES');
    expect(env).not.toContain('hf_secret');
    expect(env).not.toContain('LLAMA_ARG_CTX_SIZE');
  });

  it('refuses a runner whose context is not the one asked for, and leaves no process', async () => {
    const error = await failureOf({ contextSize: 256 });
    expect(error).toMatchObject({ code: 'backend.failed', params: { requested: 512, effective: 256 } });
    expect(runnerIsGone()).toBe(true);
  });

  it('refuses a runner that answers fewer requests at once than asked for', async () => {
    expect(await failureOf({ parallel: 1 })).toMatchObject({
      params: { reason: 'parallel', requested: 2, effective: 1 },
    });
  });

  it('tells at once why a runner ended before it served', async () => {
    const error = await failureOf({
      output: ["error loading model: unknown model architecture: 'qwen9'"],
      exitCode: 1,
    });
    expect(error).toMatchObject({ code: 'model.unsupported', params: { architecture: 'qwen9' } });
    expect(error.params['lastOutput']).toContain('qwen9');
  });

  it('calls a runner that crashes while it loads by its signal', async () => {
    expect(await failureOf({ crash: 'SIGSEGV' })).toMatchObject({
      code: 'backend.crashed',
      params: { signal: 'SIGSEGV' },
    });
  });

  it('gives up on a load that never ends, naming model and limit', async () => {
    const error = await failureOf({ loadMs: 60_000 }, { limits: { baseMs: 200, bytesPerSecond: 1e9 } });
    expect(error).toMatchObject({ code: 'inference.timeout', params: { model: 'ai/test:latest', sizeBytes: 1000 } });
    expect(runnerIsGone()).toBe(true);
  });

  it('stops the load when it is cancelled', async () => {
    const cancel = new AbortController();
    const loading = failureOf({ loadMs: 60_000, ignoreTerm: true, output: ['loading'] }, { signal: cancel.signal });
    await until(() => lines.some((line) => line.endsWith(': loading')));
    cancel.abort();
    expect(await loading).toMatchObject({ code: 'request.aborted' });
    expect(runnerIsGone()).toBe(true);
  });

  it('kills a runner that ignores SIGTERM when its grace is over', async () => {
    const runner = await start({ ignoreTerm: true });
    await runner.stop({ graceMs: 50 });
    expect(await runner.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
  });

  it('waits for a runner that takes its time to stop', async () => {
    const runner = await start({ stopMs: 150 });
    await runner.stop({ graceMs: 10_000 });
    expect(await runner.exited).toMatchObject({ code: 0, signal: null });
    expect(await runner.exited).toMatchObject({ lastOutput: expect.stringContaining('got SIGTERM') });
  });

  it('lets two stops share the end, the shorter grace deciding', async () => {
    const runner = await start({ ignoreTerm: true });
    await Promise.all([runner.stop({ graceMs: 60_000 }), runner.stop({ graceMs: 20 })]);
    expect(await runner.exited).toMatchObject({ signal: 'SIGKILL' });
  });

  it('tells of a killed runner at once', async () => {
    const runner = await start();
    process.kill(runner.pid, 'SIGKILL');
    expect(await runner.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
    await runner.stop({ graceMs: 1000 });
  });

  it('ends what a runner that died left running in its group', async () => {
    const runner = await start({ leavesChild: true });
    const child = Number(printed('child'));
    expect(isRunning(child)).toBe(true);
    process.kill(runner.pid, 'SIGKILL');
    await runner.exited;
    await until(() => !isRunning(child));
  });

  it('keeps only the last lines of a flood of output', async () => {
    const runner = await start({ floodLines: 5000 });
    await runner.stop({ graceMs: 5000 });
    const { lastOutput } = await runner.exited;
    expect(lastOutput.split('\n').length).toBeLessThanOrEqual(60);
    expect(lastOutput).toContain('line 4999');
  });

  it('keeps the socket and its folder private', async () => {
    const runner = await start();
    expect((await stat(runner.socket)).mode & 0o077).toBe(0);
    expect((await stat(join(runner.socket, '..'))).mode & 0o077).toBe(0);
  });

  it('names the program that cannot be started', async () => {
    const backend = createLlamaCppBackend({ env: process.env, clock: systemClock, log: silentLog, guard: watcher });
    const missing = plan({ path: join(folder, 'nothing'), folder, config: undefined });
    await expect(backend.start(missing, { signal: AbortSignal.timeout(5000) })).rejects.toMatchObject({
      code: 'backend.failed',
    });
  });

  it('refuses a model that is not GGUF before it starts anything', async () => {
    const backend = createLlamaCppBackend({ env: process.env, clock: systemClock, log: silentLog });
    const base = plan({ path: '/bin/false', folder, config: undefined });
    const safetensors = { ...base, bundle: { ...base.bundle, config: { format: 'safetensors' as const } } };
    await expect(backend.start(safetensors, { signal: AbortSignal.timeout(5000) })).rejects.toMatchObject({
      code: 'model.unsupported',
      params: { format: 'safetensors' },
    });
  });

  function printed(what: string): string {
    const line = lines.find((text) => text.startsWith(`ai/test:latest (completion): ${what} `));
    return line?.slice(line.indexOf(`${what} `) + what.length + 1) ?? '';
  }

  function runnerIsGone(): boolean {
    const pid = Number(printed('pid'));
    expect(pid).toBeGreaterThan(0);
    return !isRunning(pid);
  }
});

interface StartOptions {
  config?: Partial<RunnerConfig>;
  guard?: Guard;
  signal?: AbortSignal;
  othersAnswer?: () => boolean;
  limits?: { baseMs: number; bytesPerSecond: number };
}

function plan(options: { path: string; folder: string; config: Partial<RunnerConfig> | undefined }): RunnerPlan {
  return {
    runtime: { name: 'llama-server', version: '1 (fake)', path: options.path, origin: 'path', selected: true },
    bundle: {
      id: `sha256:${'0'.repeat(64)}`,
      modelPath: '/models/model.gguf',
      config: { format: 'gguf' },
      header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
      weightBytes: 1000,
    },
    alias: 'ai/test:latest',
    estimatedBytes: 1000,
    socket: join(options.folder, 'run', 'r.sock'),
    config: {
      mode: 'completion',
      contextSize: 512,
      parallel: 2,
      threads: 1,
      batchThreads: 2,
      runtimeFlags: [],
      ...options.config,
    },
  };
}

/** Polls on the event loop, bounded by the test's own time limit. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
