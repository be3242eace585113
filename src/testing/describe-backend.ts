import { access, copyFile, mkdtemp, open, readFile, readdir, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'undici';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import {
  createLlamaCppBackend,
  type Backend,
  type LineSink,
  type RunnerConfig,
  type RunnerPlan,
  type RunnerProcess,
  type Runtime,
} from '#inference';
import { isRunning } from './is-running.ts';
import { killParentOfRunner } from './kill-parent.ts';
import type { Skip } from './test-cache.ts';
import { smolLmBundle } from './weights.ts';

export interface BackendUnderTest {
  /** llama.cpp's in a process unless given. */
  readonly create?: ((options: BackendParts) => Backend) | undefined;
  /** What happens to a runner whose daemon is killed: it ends too, or the next daemon takes it away. */
  readonly orphans?: 'end' | 'stay' | undefined;
  readonly runtime: { readonly runtime: Runtime } | Skip;
  readonly weights: { readonly path: string } | Skip;
}

/** What a backend is made of for a test. */
export interface BackendParts {
  readonly logSink: () => LineSink;
  /** Where its runners' sockets are. */
  readonly runDirectory: string;
}

/** The contract every runtime keeps, with real weights. Skipped, with the reason in its title, where one of them is missing. */
export function describeBackend(name: string, { runtime, weights, ...how }: BackendUnderTest): void {
  if ('skip' in runtime || 'skip' in weights) {
    const reason = 'skip' in runtime ? runtime.skip : 'skip' in weights ? weights.skip : '';
    describe.skip(`${name} (skipped: ${reason})`, () => it('keeps the contract of backends', () => undefined));
    return;
  }
  describe(name, () => contract({ ...how, runtime: runtime.runtime, weights: weights.path }));
}

type Contract = Pick<BackendUnderTest, 'create' | 'orphans'> & { readonly runtime: Runtime; readonly weights: string };

const llamaCpp = ({ logSink }: BackendParts): Backend =>
  createLlamaCppBackend({ env: process.env, clock: systemClock, log: silentLog, logSink });

function contract({ runtime, weights, create = llamaCpp, orphans = 'end' }: Contract): void {
  let folder: string;
  let backend: Backend;
  let lines: string[];
  let started: RunnerProcess[];
  const clients: Client[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gc-'));
    lines = [];
    started = [];
    const logSink = () => ({ write: (line: string) => void lines.push(line) });
    backend = create({ logSink, runDirectory: join(folder, 'run') });
  });
  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.destroy()));
    await Promise.all(started.map((runner) => runner.stop({ graceMs: 5000 })));
    await rm(folder, { recursive: true, force: true });
  });

  const planned = (config: Partial<RunnerConfig> = {}, modelPath = weights): RunnerPlan => ({
    runtime,
    bundle: { ...smolLmBundle(weights), modelPath },
    alias: 'docker.io/ai/smollm2:135M-Q4_1',
    estimatedBytes: smolLmBundle(weights).weightBytes,
    socket: join(folder, 'run', `r${started.length}.sock`),
    config: {
      mode: 'completion',
      contextSize: 2048,
      parallel: 2,
      threads: 1,
      batchThreads: 2,
      runtimeFlags: [],
      ...config,
    },
  });

  async function start(plan: RunnerPlan, signal = AbortSignal.timeout(60_000)): Promise<RunnerProcess> {
    const runner = await backend.start(plan, { signal });
    started.push(runner);
    return runner;
  }

  async function call(runner: RunnerProcess, path: string, body?: object): Promise<{ status: number; text: string }> {
    const client = new Client('http://runner', { socketPath: runner.socket });
    clients.push(client);
    const answer = await client.request({
      path,
      method: body ? 'POST' : 'GET',
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  }

  const ask = (content: string, more: object = {}): object => ({
    messages: [{ role: 'user', content }],
    max_tokens: 8,
    temperature: 0,
    ...more,
  });

  async function refusal(plan: RunnerPlan): Promise<unknown> {
    return start(plan).catch((error: unknown) => error);
  }

  it('answers a chat under its alias, and streams one piece by piece', async () => {
    const runner = await start(planned());
    const whole = await call(runner, '/v1/chat/completions', ask('Say hello.'));
    expect(JSON.parse(whole.text)).toMatchObject({
      model: 'docker.io/ai/smollm2:135M-Q4_1',
      choices: [{ message: { role: 'assistant', content: expect.stringMatching(/\w/) } }],
    });
    const stream = await call(runner, '/v1/chat/completions', ask('Say hello.', { stream: true }));
    const events = stream.text.split('\n\n').filter((event) => event.startsWith('data: {'));
    expect(events.length).toBeGreaterThan(2);
    expect(stream.text.trimEnd()).toMatch(/data: \[DONE\]$/);
  });

  it('answers as many requests at once as planned, each with the context asked for', async () => {
    const runner = await start(planned({ contextSize: 1000, parallel: 4 }));
    const slots: unknown = JSON.parse((await call(runner, '/slots')).text);
    expect(slots).toMatchObject(Array.from({ length: 4 }, () => ({ n_ctx: 1000 })));
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) => call(runner, '/v1/chat/completions', ask(`Count from ${i}.`))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  });

  it('lets a conversation use its whole context and refuses more', async () => {
    const runner = await start(planned({ contextSize: 512, parallel: 2 }));
    const fits = await call(runner, '/v1/completions', { prompt: 'one '.repeat(480), max_tokens: 8 });
    expect(fits.status).toBe(200);
    const tooLong = await call(runner, '/v1/completions', { prompt: 'one '.repeat(600), max_tokens: 8 });
    expect(tooLong).toMatchObject({ status: 400, text: expect.stringContaining('exceed_context_size') });
  });

  it('refuses to serve with another context than the one asked for', async () => {
    const error = await refusal(planned({ contextSize: 8448, parallel: 1 }));
    expect(error).toMatchObject({ code: 'backend.failed', params: { requested: 8448, effective: 8192 } });
  });

  it('applies threads and runtime flags', async () => {
    const runner = await start(
      planned({ threads: 1, runtimeFlags: ['--temp', '0.25', '--top-k=7', '--cache-type-k', 'q8_0'] }),
    );
    expect(lines.find((line) => line.includes('n_threads = '))).toMatch(/n_threads = 1\b/);
    expect(JSON.parse((await call(runner, '/props')).text)).toMatchObject({
      default_generation_settings: { params: { temperature: 0.25, top_k: 7 } },
    });
  });

  it('refuses a runtime flag by name instead of passing it over', async () => {
    expect(await refusal(planned({ runtimeFlags: ['--flash-attn', 'maybe'] }))).toMatchObject({
      code: 'request.invalid',
      message: expect.stringContaining('--flash-attn'),
    });
    expect(await refusal(planned({ runtimeFlags: ['--port', '80'] }))).toMatchObject({ code: 'request.invalid' });
  });

  it('gives embeddings with a pooling, also of inputs longer than a batch usually is', async () => {
    const runner = await start(planned({ mode: 'embedding', contextSize: 1024, runtimeFlags: ['--pooling', 'mean'] }));
    const answer = await call(runner, '/v1/embeddings', { input: ['ships float', 'one '.repeat(700)] });
    expect(answer.status).toBe(200);
    const { data } = JSON.parse(answer.text) as { data: { embedding: number[] }[] };
    expect(data.map(({ embedding }) => embedding.length)).toEqual([576, 576]);
  });

  it('refuses embeddings of a chat model without a pooling', async () => {
    const runner = await start(planned({ mode: 'embedding' }));
    const answer = await call(runner, '/v1/embeddings', { input: 'ships float' });
    expect(answer).toMatchObject({ status: 400, text: expect.stringMatching(/pooling type/i) });
  });

  it('stops within its grace and leaves no socket', async () => {
    const runner = await start(planned());
    const before = performance.now();
    await runner.stop({ graceMs: 5000 });
    expect(performance.now() - before).toBeLessThan(5000);
    expect(isRunning(runner.pid)).toBe(false);
    await expect(access(runner.socket)).rejects.toThrow('ENOENT');
  });

  it('stops a load that is cancelled', async () => {
    const cancel = new AbortController();
    const loading = backend.start(planned({ contextSize: 8192, parallel: 8 }), { signal: cancel.signal });
    const failed = expect(loading).rejects.toMatchObject({ code: 'request.aborted' });
    while (lines.length === 0) await new Promise((resolve) => setImmediate(resolve));
    cancel.abort();
    await failed;
    expect(await zombies()).toEqual([]);
  });

  it('tells at once when it is killed in the middle of an answer', async () => {
    const runner = await start(planned());
    const answer = call(
      runner,
      '/v1/chat/completions',
      ask('Tell me a long story.', { max_tokens: 2000, stream: true }),
    );
    const failed = expect(answer).rejects.toThrow(/./);
    while (!lines.some((line) => line.includes('processing task')))
      await new Promise((resolve) => setImmediate(resolve));
    process.kill(runner.pid, 'SIGKILL');
    expect(await runner.exited).toMatchObject({ code: null, signal: 'SIGKILL' });
    await failed;
    expect(await zombies()).toEqual([]);
  });

  it('names what is wrong with a damaged model', async () => {
    const broken = join(folder, 'broken.gguf');
    await copyFile(weights, broken);
    await truncate(broken, 5_000_000);
    expect(await refusal(planned({}, broken))).toMatchObject({ code: 'model.invalid_file' });
    const file = await open(broken, 'r+');
    await file.write('JUNK', 0);
    await file.close();
    expect(await refusal(planned({}, broken))).toMatchObject({
      code: 'model.invalid_file',
      params: { reason: 'bad_magic' },
    });
  });

  it('says that the runtime is too old for an architecture it does not know', async () => {
    const unknown = join(folder, 'unknown.gguf');
    const bytes = await readFile(weights);
    bytes.write('zzama', bytes.indexOf('llama', bytes.indexOf('general.architecture')));
    const file = await open(unknown, 'w');
    await file.writeFile(bytes);
    await file.close();
    expect(await refusal(planned({}, unknown))).toMatchObject({
      code: 'model.unsupported',
      params: { architecture: 'zzama' },
    });
  });

  if (orphans === 'stay') return;
  it.each(['system', 'watcher'] as const)('ends when its parent is killed with -9 (%s guard)', async (guard) => {
    await killParentOfRunner(planned(), guard);
  });
}

/** Children of this process that ended and were not collected. */
async function zombies(): Promise<string[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')));
  return stats.filter((stat) => new RegExp(String.raw`\) Z ${process.pid} `).test(stat));
}
