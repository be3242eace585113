import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { progressLine } from '#contract';
import { AppError } from '#core';
import type { PackagingRequest, PullEvent } from '#models';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { digest, events, fakeModel } from '../testing/fake-ports.ts';

let api: ApiUnderTest;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api[Symbol.asyncDispose]());

const json = { accept: 'application/json' };
const linesOf = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => progressLine.parse(JSON.parse(line)));

const half: PullEvent = {
  type: 'progress',
  layer: digest('d'),
  sizeBytes: 98_362_432,
  receivedBytes: 98_362_432,
  totalBytes: 98_362_432,
};
const pushed: PullEvent = { type: 'done', model: fakeModel(), tag: '127.0.0.1:5000/ai/x:v1', cached: false };

describe('POST /models/{name}/push', () => {
  const push = (body?: string, headers = json) =>
    api.ask('/models/127.0.0.1:5000/ai/x:v1/push', { method: 'POST', headers, ...(body !== undefined && { body }) });

  it('streams the lines of docker/model-runner, with an empty body and with a token', async () => {
    const tokens: (string | undefined)[] = [];
    api.models.push = (reference, { bearerToken }) => {
      expect(reference).toBe('127.0.0.1:5000/ai/x:v1');
      tokens.push(bearerToken);
      return events<PullEvent>(half, pushed);
    };
    const answer = await push();
    expect(answer.headers['content-type']).toBe('application/json');
    expect(linesOf(answer.text)).toEqual([
      {
        type: 'progress',
        message: 'Uploaded: 93.81 MB',
        total: 98_362_432,
        layer: { id: digest('d'), size: 98_362_432, current: 98_362_432 },
        mode: 'push',
      },
      {
        type: 'success',
        message: 'Model pushed successfully',
        total: 0,
        layer: { size: 0, current: 0 },
        mode: 'push',
        tag: '127.0.0.1:5000/ai/x:v1',
        id: digest('a'),
      },
    ]);
    await push('{"bearer-token":"t"}');
    expect(tokens).toEqual([undefined, 't']);
  });

  it('escapes the lines for other clients', async () => {
    api.models.push = () => events(pushed);
    expect((await push('', { accept: 'text/plain' })).text).toMatch(/^\{&#34;type&#34;:&#34;success&#34;/);
  });

  it('says a late failure in a line of its mode', async () => {
    api.models.push = async function* () {
      yield half;
      throw new AppError('source.truncated', 'Cut off.');
    };
    expect(linesOf((await push()).text).at(-1)).toMatchObject({
      type: 'error',
      mode: 'push',
      code: 'source.truncated',
    });
  });

  it.each([
    ['reference.invalid', 400, 'Invalid model reference\n'],
    ['model.not_found', 404, 'Model not found\n'],
    ['source.unauthorized', 401, 'Unauthorized\n'],
    ['source.unreachable', 500, 'error while pushing model: Why. Do this.\n'],
    ['source.not_allowed', 403, 'error while pushing model: Why. Do this.\n'],
  ] as const)('keeps the status of %s', async (code, status, text) => {
    api.models.push = async function* () {
      yield { type: 'status', message: 'Looking' };
      throw new AppError(code, 'Why.', { hint: 'Do this.' });
    };
    expect(await push()).toMatchObject({ status, text });
  });

  it.each(['{', '[]', '{"bearer-token":5}'])('refuses the body %s', async (body) => {
    expect(await push(body)).toMatchObject({ status: 400, text: 'invalid request body\n' });
  });
});

describe('POST /models/{name}/repackage', () => {
  const repackage = (body: string, name = 'ai/smollm2') =>
    api.ask(`/models/${name}/repackage`, { method: 'POST', body });

  it('answers in the words of docker/model-runner', async () => {
    const answer = await repackage('{"target":"ai/smollm2:ctx2k","context_size":2048}');
    expect(answer.status).toBe(201);
    expect(answer.text).toBe(
      '{"message":"Model repackaged successfully as \\"ai/smollm2:ctx2k\\"","source":"ai/smollm2","target":"ai/smollm2:ctx2k"}\n',
    );
  });

  it.each([
    ['{}', 400, /^target is required\n$/],
    ['{"target":""}', 400, /^target is required\n$/],
    ['{', 400, /^invalid request body: /],
    ['{"target":5}', 400, /^invalid request body: "target"/],
    ['{"target":"x","context_size":-1}', 400, /^invalid request body: "context_size"/],
    ['{"target":"x","context_size":1.5}', 400, /^invalid request body: "context_size"/],
  ])('answers %s with %i', async (body, status, text) => {
    const answer = await repackage(body);
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(text);
  });

  it('does not know models that are not here', async () => {
    expect(await repackage('{"target":"x"}', 'ai/missing')).toMatchObject({ status: 404, text: 'model not found\n' });
  });
});

describe('POST /models/load', () => {
  it('answers with one line that names the model', async () => {
    const answer = await api.ask('/models/load?tag=mine', { method: 'POST', body: 'tar' });
    expect(answer.headers['content-type']).toBe('text/plain; charset=utf-8');
    expect(answer.text).toBe(
      `{"type":"success","message":"Model loaded successfully","total":0,"layer":{"size":0,"current":0},"mode":"pull","id":"${digest('a')}","tag":"mine"}\n`,
    );
  });

  it('answers a client that is still sending when its tar is refused', async () => {
    api.models.load = async (tar) => {
      for await (const _ of tar)
        throw new AppError('model.invalid_file', 'The archive is not usable: it is not a tar.');
      throw new Error('nothing came');
    };
    const answer = await api.ask('/models/load', { method: 'POST', body: Buffer.alloc(20_000_000) });
    expect(answer).toMatchObject({
      status: 422,
      text: 'error while loading model: The archive is not usable: it is not a tar.\n',
    });
  });

  it('refuses compressed bodies', async () => {
    const headers = { 'content-encoding': 'gzip' };
    expect((await api.ask('/models/load', { method: 'POST', body: 'x', headers })).status).toBe(400);
  });
});

describe('GET /models/{name}/export', () => {
  it('sends a tar of known size under a safe name', async () => {
    const answer = await api.ask('/models/docker.io%2Fai%2Fsmollm2%3Alatest/export');
    expect(answer).toMatchObject({ status: 200, text: 'tar' });
    expect(answer.headers).toMatchObject({
      'content-type': 'application/x-tar',
      'content-disposition': 'attachment; filename="docker.io_ai_smollm2_latest.tar"',
      'content-length': '3',
    });
    expect(await api.ask('/models/ai/smollm2/export', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
    expect(await api.ask('/models/ai/missing/export')).toMatchObject({ status: 404, text: 'model not found\n' });
    expect((await api.ask('/models/%E0%A4%A/export')).status).toBe(400);
  });
});

describe('DELETE /models/purge', () => {
  it('stops what runs and deletes all models, unless one is in use', async () => {
    const row = {
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
      keepAliveMs: 1,
      pid: 1,
      estimatedBytes: 1,
      config: { mode: 'completion', contextSize: 1, parallel: 1, threads: 1, batchThreads: 1, runtimeFlags: [] },
    } as const;
    api.inference.rows = [row];
    expect((await api.ask('/models/purge', { method: 'DELETE' })).status).toBe(409);
    expect(api.models.stored).toHaveLength(1);
    api.inference.rows = [];
    const answer = await api.ask('/models/purge', { method: 'DELETE' });
    expect(answer).toMatchObject({ status: 200, text: '' });
    expect(answer.headers['content-length']).toBe('0');
    expect(api.inference.released).toContain(digest('a'));
    expect(api.models.stored).toEqual([]);
    api.models.stored = [fakeModel()];
  });
});

describe('POST /gantry/package', () => {
  const requests: PackagingRequest[] = [];
  const ask = (body: unknown) =>
    api.ask('/gantry/package', { method: 'POST', headers: json, body: JSON.stringify(body) });
  beforeAll(() => {
    api.models.package = (request) => {
      requests.push(request);
      return events<PullEvent>(half, { type: 'done', model: fakeModel(), tag: 'docker.io/ai/x:latest', cached: false });
    };
  });

  it('packages, and says what came of it', async () => {
    const answer = await ask({ gguf: '/a.gguf', licenses: ['/L'], contextSize: 5, format: 'docker', target: 'x' });
    expect(requests.at(-1)).toMatchObject({
      source: { kind: 'gguf', path: '/a.gguf' },
      licences: ['/L'],
      contextSize: 5,
      format: 'docker',
      target: 'x',
    });
    expect(linesOf(answer.text).at(-1)).toMatchObject({
      type: 'success',
      message: 'Model packaged successfully',
      tag: 'docker.io/ai/x:latest',
      id: digest('a'),
    });
  });

  it('pushes afterwards when asked to, and ends with one success', async () => {
    api.models.push = (reference) => {
      expect(reference).toBe('127.0.0.1:5000/ai/x:v1');
      return events<PullEvent>(half, pushed);
    };
    const answer = await ask({ from: 'ai/smollm2', target: '127.0.0.1:5000/ai/x:v1', push: true });
    expect(requests.at(-1)?.source).toEqual({ kind: 'model', reference: 'ai/smollm2' });
    expect(linesOf(answer.text).map(({ type, mode }) => [type, mode])).toEqual([
      ['progress', 'pull'],
      ['progress', 'push'],
      ['success', 'push'],
    ]);
  });

  it.each([
    {},
    { target: 'x' },
    { target: 'x', gguf: '/a', from: 'b' },
    { gguf: '/a' },
    { target: 'x', gguf: 5 },
    { target: 'x', gguf: '/a', contextSize: 0 },
    { target: 'x', gguf: '/a', format: 'zip' },
  ])('refuses %j', async (body) => {
    expect((await ask(body)).status).toBe(400);
  });

  it('is only there for POST', async () => {
    expect((await api.ask('/gantry/package')).status).toBe(404);
  });
});
