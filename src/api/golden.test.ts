import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { enginesStatusBody, modelListBody, psBody } from '#contract';
import { AppError } from '#core';
import type { PullEvent } from '#models';
import { startApi, type ApiUnderTest } from './testing/api-under-test.ts';
import { digest, events, fakeModel } from './testing/fake-ports.ts';

const text = 'text/plain; charset=utf-8';

describe('answers that clients of docker/model-runner know', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it.each([
    ['GET', '/', 200, 'Docker Model Runner is running'],
    ['HEAD', '/', 200, ''],
    ['GET', '/nope', 404, '404 page not found\n'],
    ['POST', '/engines/nope', 404, 'not found\n'],
    ['GET', '/engines/v1/../x', 404, undefined],
    ['PUT', '/models', 404, 'not found\n'],
    ['GET', '/models/', 404, 'model not found\n'],
    ['GET', '/models/ai/missing', 404, 'model not found\n'],
    ['GET', '/models/ai/missing?remote=true', 404, 'error while getting remote model: model not found\n'],
    ['DELETE', '/models/ai/missing', 404, 'error while deleting model: model not found\n'],
    ['POST', '/models/ai/smollm2/tag', 400, 'missing repo or tag query parameter\n'],
    ['POST', '/models/ai/smollm2/tag?repo=ai/x', 400, 'missing repo or tag query parameter\n'],
    ['POST', '/models/ai/missing/tag?repo=ai/x&tag=y', 404, 'model not found\n'],
    ['POST', '/models/ai/smollm2/frobnicate', 404, 'unknown action "frobnicate"\n'],
  ])('%s %s gives %i', async (...row) => {
    const [method, path, status, body] = row;
    const answer = await api.ask(path, { method });
    expect(answer.status).toBe(status);
    if (body !== undefined) expect(answer.text).toBe(body);
    if (body) expect(answer.headers['content-type']).toBe(text);
    if (status >= 400 && body) expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  it('tags with 201 and the words of the reference implementation', async () => {
    const answer = await api.ask('/models/ai/smollm2/tag?repo=ai/smollm2&tag=byid', { method: 'POST' });
    expect(answer.status).toBe(201);
    expect(answer.text).toBe(
      '{"message":"Model tagged successfully with \\"ai/smollm2:byid\\"","target":"ai/smollm2:byid"}\n',
    );
  });

  it.each(['/models', '//models', '/exp/vDD4.40/models'])('lists models at %s', async (path) => {
    const answer = await api.ask(path);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(modelListBody.parse(JSON.parse(answer.text))).toMatchObject([
      { id: digest('a'), tags: ['docker.io/ai/smollm2:latest'], created: 1_795_459_521, config: { size: '92.10MiB' } },
    ]);
  });

  it.each(['ai/smollm2', digest('a'), 'docker.io%2Fai%2Fsmollm2%3Alatest'])('inspects %s', async (name) => {
    const answer = await api.ask(`/models/${name}`);
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text)).toMatchObject({ id: digest('a') });
  });

  it('describes a remote model without tags', async () => {
    const answer = await api.ask('/models/ai/smollm2?remote');
    expect(JSON.parse(answer.text)).not.toHaveProperty('tags');
  });

  it.each(['/v1/models', '/engines/v1/models', '/engines/llama.cpp/v1/models', '/exp/vDD4.40/engines/v1/models'])(
    'lists models in the OpenAI way at %s',
    async (path) => {
      const answer = await api.ask(path);
      expect(answer.text).toBe(
        '{"object":"list","data":[{"id":"docker.io/ai/smollm2:latest","object":"model","created":1795459521,"owned_by":"docker","dmr":{"context_window":8192,"architecture":"llama","parameters":"134.52M","quantization":"MOSTLY_Q4_1","size":"92.10MiB","size_bytes":98362432,"state":"unloaded"}}]}\n',
      );
    },
  );

  it.each([
    ['GET', '/v1/models/ai/missing', 404, 'model_not_found'],
    ['GET', '/engines/nobackend/v1/models', 404, 'backend.not_found'],
    ['GET', '/engines/vllm/v1/models', 412, 'runtime.not_installed'],
    ['GET', '/v1/nope', 404, 'request.not_found'],
    ['GET', '/engines/v1/chat/completions', 404, 'request.not_found'],
  ])('%s %s gives %i in OpenAI’s shape', async (...row) => {
    const [method, path, status, code] = row;
    const answer = await api.ask(path, { method });
    expect(answer.status).toBe(status);
    expect(JSON.parse(answer.text)).toMatchObject({
      error: { message: expect.any(String), type: expect.any(String), param: null, code },
    });
  });

  it('states engines, runners and disk use in the shapes of the contract', async () => {
    api.inference.rows = [
      {
        id: 'r1',
        backend: 'llama.cpp',
        modelId: digest('a'),
        modelName: 'ai/smollm2',
        mode: 'completion',
        state: 'ready',
        activeRequests: 1,
        queuedRequests: 0,
        lastUsed: undefined,
        expiresAt: undefined,
        keepAliveMs: 300_000,
        pid: 42,
        estimatedBytes: 7,
        config: { mode: 'completion', contextSize: 4096, parallel: 1, threads: 1, batchThreads: 1, runtimeFlags: [] },
      },
    ];
    expect(enginesStatusBody.parse(JSON.parse((await api.ask('/engines/status')).text))).toEqual({
      'llama.cpp': 'Running: llama.cpp 1.2.3',
    });
    expect(psBody.parse(JSON.parse((await api.ask('/engines/ps')).text))).toMatchObject([
      {
        backend_name: 'llama.cpp',
        model_name: 'ai/smollm2',
        last_used: '0001-01-01T00:00:00Z',
        in_use: true,
        keep_alive: '5m0s',
      },
    ]);
    expect((await api.ask('/engines/df')).text).toBe('{"models_disk_usage":123,"default_backend_disk_usage":77}\n');
    const unload = (body: string) => api.ask('/engines/unload', { method: 'POST', body });
    expect((await unload('{"all":true}')).text).toBe('{"unloaded_runners":1}\n');
    expect((await unload('{"backend":"vllm","models":["a"]}')).text).toBe('{"unloaded_runners":0}\n');
    expect(await unload('{')).toMatchObject({ status: 400, text: 'invalid request\n' });

    const inUse = await api.ask('/models/ai/smollm2', { method: 'DELETE' });
    expect(inUse.status).toBe(409);
    api.inference.rows = [];
  });

  it('stops what runs of a model before it deletes it', async () => {
    const extra = fakeModel({ id: digest('b'), tags: ['docker.io/ai/gone:latest'] });
    api.models.stored.push(extra);
    const answer = await api.ask('/models/ai/gone', { method: 'DELETE' });
    expect(answer.text).toBe(`[{"Untagged":"docker.io/ai/gone:latest"},{"Deleted":"${digest('b')}"}]\n`);
    expect(api.inference.released).toContain(digest('b'));
  });

  it('leaves a runner alone when its model only loses a tag', async () => {
    api.models.stored.push(
      fakeModel({ id: digest('c'), tags: ['docker.io/ai/one:latest', 'docker.io/ai/two:latest'] }),
    );
    await api.ask('/models/ai/one', { method: 'DELETE' });
    expect(api.inference.released).not.toContain(digest('c'));
  });
});

describe('a pull', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());
  const pull = (body: string, accept?: string) =>
    api.ask('/models/create', { method: 'POST', body, ...(accept ? { headers: { accept } } : {}) });

  const layer = digest('d');
  const steps: readonly PullEvent[] = [
    { type: 'status', message: 'Looking <up>' },
    { type: 'progress', layer, sizeBytes: 98_362_432, receivedBytes: 12_615_680, totalBytes: 98_362_432 },
    { type: 'progress', layer, sizeBytes: 98_362_432, receivedBytes: 98_362_432, totalBytes: 98_362_432 },
    { type: 'done', model: fakeModel(), tag: 'docker.io/ai/smollm2:latest', cached: false },
  ];

  it('streams JSON lines to a client that accepts JSON', async () => {
    api.models.pulls = () => events(...steps);
    const answer = await pull('{"from":"ai/smollm2"}', 'application/json');
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.headers['cache-control']).toBe('no-cache');
    const lines = answer.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    expect(lines).toEqual([
      { type: 'progress', message: 'Looking <up>', total: 0, layer: { size: 0, current: 0 }, mode: 'pull' },
      {
        type: 'progress',
        message: 'Downloaded: 12.03 MB',
        total: 98_362_432,
        layer: { id: layer, size: 98_362_432, current: 12_615_680 },
        mode: 'pull',
      },
      {
        type: 'progress',
        message: 'Downloaded: 93.81 MB',
        total: 98_362_432,
        layer: { id: layer, size: 98_362_432, current: 98_362_432 },
        mode: 'pull',
      },
      {
        type: 'success',
        message: 'Model pulled successfully',
        total: 0,
        layer: { size: 0, current: 0 },
        mode: 'pull',
        tag: 'docker.io/ai/smollm2:latest',
      },
    ]);
  });

  it('escapes the lines for every other client, as the reference implementation does', async () => {
    api.models.pulls = () => events({ type: 'done', model: fakeModel(), tag: 't', cached: true });
    const answer = await pull('{"from":"ai/smollm2"}');
    expect(answer.headers['content-type']).toBe('text/plain');
    expect(answer.text).toMatch(
      /^\{&#34;type&#34;:&#34;success&#34;,&#34;message&#34;:&#34;Using cached model: 92\.10MiB&#34;/,
    );
  });

  it.each([
    ['{"from":', 400, 'invalid request body\n'],
    ['{}', 400, 'Invalid model reference\n'],
    ['{"from":5}', 400, 'invalid request body\n'],
    ['{"from":"x","source":"moon"}', 400, 'invalid request body\n'],
  ])('refuses %s with %i', async (body, status, expected) => {
    expect(await pull(body)).toMatchObject({ status, text: expected });
  });

  it.each([
    ['reference.invalid', 400, 'Invalid model reference\n'],
    ['source.unauthorized', 401, 'Unauthorized\n'],
    ['source.not_found', 404, 'Model not found\n'],
    ['model.unsupported', 422, 'error while pulling model: Why. Do this.\n'],
    ['source.unreachable', 500, 'error while pulling model: Why. Do this.\n'],
    ['source.rate_limited', 429, 'error while pulling model: Why. Do this.\n'],
  ] as const)('keeps the status of %s when it fails before the first byte', async (code, status, expected) => {
    api.models.pulls = async function* () {
      yield { type: 'status', message: 'Looking' };
      throw new AppError(code, 'Why.', { hint: 'Do this.', params: { host: 'h' } });
    };
    expect(await pull('{"from":"ai/x"}')).toMatchObject({ status, text: expected });
    const ours = await pull('{"from":"ai/x"}', 'application/vnd.gantry+json');
    expect(ours.status).toBe(status);
    expect(JSON.parse(ours.text)).toMatchObject({
      error: { code, message: 'Why.', hint: 'Do this.', params: { host: 'h' } },
    });
  });

  it('says a later failure in a line of type error', async () => {
    api.models.pulls = async function* () {
      yield* steps.slice(1, 2);
      throw new AppError('source.truncated', 'Cut off.', { hint: 'Again.' });
    };
    const answer = await pull('{"from":"ai/x"}', 'application/json');
    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.text.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'error',
      message: 'Cut off.',
      code: 'source.truncated',
      hint: 'Again.',
    });
  });
});

describe('our own routes', () => {
  let api: ApiUnderTest;
  beforeAll(async () => {
    api = await startApi();
  });
  afterAll(() => api[Symbol.asyncDispose]());

  it('state the daemon', async () => {
    expect(JSON.parse((await api.ask('/gantry/status')).text)).toEqual({
      version: '9.8.7',
      pid: 4711,
      home: '/home/me/.gantry',
      startedAt: '2026-01-01T00:00:00.000Z',
      addresses: ['unix:///x', 'http://127.0.0.1:12434'],
      backends: { 'llama.cpp': 'Running: llama.cpp 1.2.3' },
      runners: 0,
      memory: { budgetBytes: 10, usedBytes: 5 },
      access: { mode: 'auto', keys: 0 },
      language: 'auto',
      assistant: 'unused',
      state: 'running',
    });
    expect((await api.ask('/version')).text).toBe('{"version":"9.8.7"}\n');
  });

  it('answer before they stop the daemon', async () => {
    expect((await api.ask('/gantry/stop', { method: 'POST' })).status).toBe(202);
    expect(api.stops).toHaveLength(1);
    expect((await api.ask('/gantry/stop')).status).toBe(404);
    expect(api.stops).toHaveLength(1);
  });

  it('manage runtimes', async () => {
    const post = (path: string, body: string) =>
      api.ask(path, { method: 'POST', body, headers: { accept: 'application/json' } });
    expect(JSON.parse((await api.ask('/gantry/runtimes')).text)).toMatchObject([{ name: 'xllamacpp', selected: true }]);
    const lines = (await post('/gantry/runtimes/install', '{"name":"xllamacpp"}')).text.trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { type: string }).type)).toEqual([
      'progress',
      'progress',
      'success',
    ]);
    expect((await post('/gantry/runtimes/install', '{"name":"x"}')).status).toBe(404);
    expect((await post('/gantry/runtimes/install', '{}')).status).toBe(400);
    expect((await post('/gantry/runtimes/use', '{"name":"auto"}')).status).toBe(204);
    expect((await api.ask('/gantry/runtimes/xllamacpp', { method: 'DELETE' })).status).toBe(204);
    expect(api.runtimes.calls).toEqual(['install xllamacpp', 'install x', 'use auto', 'remove xllamacpp']);
  });

  it('explain the effective configuration', async () => {
    expect(JSON.parse((await api.ask('/gantry/effective?model=ai/smollm2')).text)).toMatchObject({
      model: 'docker.io/ai/smollm2:latest',
      mode: 'completion',
      contextSize: { value: 4096, origin: 'fitted' },
      keepAlive: { value: '5m0s', origin: 'settings' },
    });
    expect((await api.ask('/gantry/effective')).status).toBe(400);
    expect((await api.ask('/gantry/effective?model=x&mode=poetry')).status).toBe(400);
  });
});
