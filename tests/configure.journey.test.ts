import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { configurationsBody, effectiveBody, psBody } from '#contract';
import { gantry } from './harness.ts';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('a configuration, with real weights through the real daemon', () => {
  let daemon: ModelDaemon;

  beforeAll(async () => {
    daemon = await startModelDaemon();
  });
  afterAll(() => daemon.stop());
  beforeEach((context) => {
    if (daemon.skip !== undefined) context.skip(daemon.skip);
  });

  const post = (path: string, body: object, headers: Record<string, string> = {}): Promise<Response> =>
    fetch(`${daemon.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
  const configure = async (fields: object): Promise<number> =>
    (await post('/engines/_configure', { model: daemon.model, ...fields })).status;
  const configured = async () =>
    configurationsBody.parse(await (await fetch(`${daemon.url}/engines/_configure?model=${daemon.model}`)).json());
  const runners = async () => psBody.parse(await (await fetch(`${daemon.url}/engines/ps`)).json());
  const unload = () => post('/engines/unload', { all: true });
  const chat = (extra: object = {}, headers: Record<string, string> = {}): Promise<Response> =>
    post(
      '/v1/chat/completions',
      { model: daemon.model, max_tokens: 4, messages: [{ role: 'user', content: 'Say hi.' }], ...extra },
      headers,
    );

  it('is stored on disk field by field, and outlives an unload', async () => {
    expect(await configure({ 'context-size': 1024, 'raw-runtime-flags': '--temp 0.1 --seed -1' })).toBe(202);
    expect(await configure({ keep_alive: '10m' })).toBe(202);
    const path = join(daemon.home, 'settings.yaml');
    await writeFile(path, (await readFile(path, 'utf8')).replace('contextSize:', '# measured\n    contextSize:'));
    expect(await configure({ keep_alive: '20m' })).toBe(202);
    expect(await readFile(path, 'utf8')).toContain('# measured');
    await unload();
    expect((await configured()).map(({ Config }) => Config)).toEqual([
      { 'context-size': 1024, 'runtime-flags': ['--temp', '0.1', '--seed', '-1'], keep_alive: '20m' },
    ]);
  });

  it('gives the same runner whoever loads the model, and inspect says where each value comes from', async () => {
    const seen: unknown[] = [];
    for (const load of [
      () => chat(),
      () => chat({}, { 'x-preload-only': 'true' }),
      () => post('/api/generate', { model: daemon.model, prompt: 'Hi', stream: false, options: { num_predict: 2 } }),
    ]) {
      await unload();
      const answer = await load();
      expect(answer.status, await answer.text()).toBe(200);
      const [runner] = await runners();
      seen.push({ context: runner?.context_size, memory: runner?.memory_bytes, mode: runner?.mode });
    }
    expect(seen[0]).toMatchObject({ context: 1024, mode: 'completion' });
    expect(seen).toEqual([seen[0], seen[0], seen[0]]);
    const shown = await gantry(daemon.home, ['inspect', '--effective', '--json', daemon.model]);
    expect(effectiveBody.parse(JSON.parse(shown.stdout))).toMatchObject({
      contextSize: { value: 1024, origin: 'model settings' },
      runtimeFlags: { value: ['--temp', '0.1', '--seed', '-1'], origin: 'model settings' },
      keepAlive: { value: '20m0s', origin: 'model settings' },
    });
  });

  it('cannot change under an answer; the answer is not cut off', async () => {
    const answer = await chat({ stream: true, max_tokens: 64, ignore_eos: true });
    const reader = answer.body?.getReader();
    await reader?.read();
    const refused = await post('/engines/_configure', { model: daemon.model, 'context-size': 2048 });
    expect(refused.status).toBe(409);
    expect(await refused.text()).toBe('runner already active\n');
    let text = '';
    const decoder = new TextDecoder();
    for (let part = await reader?.read(); part && !part.done; part = await reader?.read()) {
      text += decoder.decode(part.value as Uint8Array, { stream: true });
    }
    expect(text).toMatch(/data: \[DONE\]\s*$/);
    expect((await configured())[0]?.Config['context-size']).toBe(1024);
  });

  it('can be outdone by one request that needs more context', async () => {
    const larger = await chat({}, { 'x-gantry-context-size': '2048' });
    expect(larger.status, await larger.text()).toBe(200);
    expect((await runners())[0]?.context_size).toBe(2048);
    const tooLarge = await chat({ context_size: 100_000 });
    expect(tooLarge.status).toBe(400);
    expect(await tooLarge.text()).toContain('trained with a context of 8192');
    expect(await (await chat()).json()).toMatchObject({ choices: [{}] });
    expect((await runners())[0]?.context_size).toBe(2048);
  });

  it('holds for one mode where it says so: a chat model pools embeddings', async () => {
    expect(await configure({ mode: 'embedding', 'runtime-flags': ['--pooling', 'mean'] })).toBe(202);
    const answer = await post('/v1/embeddings', { model: daemon.model, input: 'ships float' });
    const { data } = (await answer.json()) as { data: { embedding: number[] }[] };
    expect(data[0]?.embedding).toHaveLength(576);
    expect((await configured()).map(({ Mode }) => Mode)).toEqual(['completion', 'embedding']);
  });

  it('gives a model a draft model and a budget for thinking', async () => {
    const draft = 'test/draft:135m';
    expect((await post(`/models/${daemon.model}/tag?repo=test/draft&tag=135m`, {})).status).toBe(201);
    const speculative = { draft_model: draft, num_tokens: 4, min_acceptance_rate: 0.5 };
    await unload();
    const before = await gantry(daemon.home, ['inspect', '--effective', '--json', daemon.model]);
    expect(await configure({ speculative, llamacpp: { 'reasoning-budget': 0 } })).toBe(202);
    const answer = await chat({ max_tokens: 16 });
    const text = await answer.text();
    expect(answer.status, text).toBe(200);
    // Only a runner that drafts counts drafted tokens.
    expect(text).toContain('draft_n');
    const after = await gantry(daemon.home, ['inspect', '--effective', '--json', daemon.model]);
    const bytes = [before, after].map(({ stdout }) => effectiveBody.parse(JSON.parse(stdout)).estimatedBytes);
    expect((bytes[1] ?? 0) - (bytes[0] ?? 0)).toBeGreaterThan(98_000_000);
  });

  it('is refused whole when a part of it cannot be, and nothing is stored', async () => {
    const before = await configured();
    expect(await configure({ keep_alive: '1h', 'runtime-flags': ['--log-file', '/tmp/x'] })).toBe(400);
    expect(await configure({ keep_alive: '1h', 'context-size': 100_000 })).toBe(400);
    expect(await configure({ keep_alive: '1h', speculative: { draft_model: 'ai/none' } })).toBe(400);
    expect((await post('/engines/_configure', { model: 'ai/none', 'context-size': 1024 })).status).toBe(404);
    expect(await configured()).toEqual(before);
  });
});
