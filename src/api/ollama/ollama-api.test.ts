import type { RequestListener } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { ModelBundle } from '#models';
import { startApi, type Answer, type ApiUnderTest } from '../testing/api-under-test.ts';
import { digest, fakeModel } from '../testing/fake-ports.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const post = (path: string, body: unknown): Promise<Answer> =>
  api.ask(`/api/${path}`, { method: 'POST', body: JSON.stringify(body) });
const linesOf = ({ text }: Answer): Record<string, unknown>[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const model = 'ai/smollm2';
const messages = [{ role: 'user', content: 'Hi' }];

/** A runner that keeps what it was asked and answers with the events given, or breaks off. */
function runner(events: readonly unknown[], { ends = true } = {}): Promise<Record<string, unknown>[]> {
  const asked: Record<string, unknown>[] = [];
  const listener: RequestListener = (request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.once('end', () => {
      if (request.method === 'GET') {
        response.end('{}');
        return;
      }
      asked.push({ path: request.url, ...(JSON.parse(text) as object) });
      if (request.url !== '/v1/chat/completions' && request.url !== '/v1/completions' && request.url !== '/infill') {
        response.end(JSON.stringify(request.url === '/tokenize' ? { tokens: [1, 2] } : { prompt: 'P' }));
        return;
      }
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (const event of events) response.write(`data: ${JSON.stringify(event)}\n\n`);
      if (ends) response.end('data: [DONE]\n\n');
      else response.write('', () => response.destroy());
    });
  };
  return api.runner(listener).then(() => asked);
}

const chunk = (content: string, finish: string | null = null): unknown => ({
  choices: [{ index: 0, delta: { content }, finish_reason: finish }],
});
const answer = [chunk('He'), chunk('llo'), chunk('', 'stop')];

describe('chat', () => {
  it('answers with a JSON object a line, the last one done', async () => {
    await runner(answer);
    const answered = await post('chat', { model, messages });
    expect(answered.headers['content-type']).toBe('application/x-ndjson');
    const lines = linesOf(answered);
    expect(lines.map(({ done }) => done)).toEqual([false, false, true]);
    expect(lines[0]).toMatchObject({ model, message: { role: 'assistant', content: 'He' } });
    expect(lines[2]).toMatchObject({ done_reason: 'stop', message: { role: 'assistant', content: '' } });
    expect(lines[2]?.['total_duration']).toBeGreaterThan(0);
  });

  it('answers with one object when it is not to stream', async () => {
    await runner(answer);
    const answered = await post('chat', { model, messages, stream: false });
    expect(answered.headers['content-type']).toBe('application/json');
    expect(linesOf(answered)).toMatchObject([{ message: { content: 'Hello' }, done: true }]);
  });

  it('says in a last line that the runner died on the way', async () => {
    await runner([chunk('He')], { ends: false });
    const lines = linesOf(await post('chat', { model, messages }));
    expect(lines[0]).toMatchObject({ message: { content: 'He' } });
    expect(lines.at(-1)).toEqual({ error: expect.stringContaining('model') as string });
    expect(api.inference.leased).toBe(0);
  });

  it('has the status of a failure that comes before the first word', async () => {
    api.inference.onAcquire = () => {
      throw new AppError('inference.queue_full', 'The queue is full.', { params: { retryAfterSeconds: 3 } });
    };
    const answered = await post('chat', { model, messages });
    expect(answered.status).toBe(503);
    expect(answered.headers['retry-after']).toBe('3');
    expect(JSON.parse(answered.text)).toEqual({ error: 'The queue is full.' });
  });

  it('asks the runner in its own words, and names what it leaves out', async () => {
    const asked = await runner(answer);
    const answered = await post('chat', {
      model,
      messages,
      format: { type: 'object' },
      think: false,
      keep_alive: 30,
      options: { temperature: 0.1, num_ctx: 512, num_thread: 3 },
      truncate: true,
    });
    expect(asked[0]).toMatchObject({
      temperature: 0.1,
      chat_template_kwargs: { enable_thinking: false },
      messages: [{ role: 'user', content: 'Hi' }],
    });
    expect(answered.headers['x-gantry-ignored']).toBe('truncate, num_thread');
    expect(api.inference.acquired[0]).toMatchObject({ keepAliveMs: 30_000, contextSize: 512, mode: 'completion' });
  });

  it('begins as the model that was made wants it', async () => {
    const asked = await runner(answer);
    await api.models.derive(model, {
      target: 'mario',
      instructions: { system: 'Be Mario.', parameters: { temperature: 0.5, top_k: 3 } },
    });
    await post('chat', { model: 'mario', messages, options: { top_k: 9 } });
    expect(asked[0]).toMatchObject({
      temperature: 0.5,
      top_k: 9,
      messages: [
        { role: 'system', content: 'Be Mario.' },
        { role: 'user', content: 'Hi' },
      ],
    });
  });

  it('reads the name before the model', async () => {
    expect(JSON.parse((await post('chat', { name: 'absent', model, messages })).text)).toEqual({
      error: expect.stringContaining('absent') as string,
    });
  });
});

describe('a request without input', () => {
  it('loads the model', async () => {
    const answered = await post('generate', { model, keep_alive: -1 });
    expect(JSON.parse(answered.text)).toMatchObject({ response: '', done: true, done_reason: 'load' });
    expect(api.inference.acquired[0]).toMatchObject({ keepAliveMs: -1 });
    expect(api.inference.leased).toBe(0);
  });

  it('unloads it when it is kept for no time', async () => {
    const answered = await post('chat', { model, messages: [], keep_alive: '0s' });
    expect(JSON.parse(answered.text)).toMatchObject({ message: { content: '' }, done_reason: 'unload' });
    expect(api.inference.acquired).toEqual([]);
  });
});

describe('generate', () => {
  it('sends a raw prompt as it is', async () => {
    const asked = await runner([{ choices: [{ text: 'four', finish_reason: 'stop' }] }]);
    const [whole] = linesOf(await post('generate', { model, prompt: '1 2 3', raw: true, stream: false }));
    expect(asked).toMatchObject([{ path: '/v1/completions', prompt: '1 2 3' }]);
    expect(whole).toMatchObject({ response: 'four', done_reason: 'stop' });
    expect(whole).not.toHaveProperty('context');
  });

  it('gives the tokens that a next request goes on from', async () => {
    await runner(answer);
    const lines = linesOf(await post('generate', { model, prompt: 'Hi' }));
    expect(lines.at(-1)).toMatchObject({ done: true, context: [1, 2] });
  });

  it('fills in between a prompt and a suffix', async () => {
    const asked = await runner([
      { content: 'mid', stop: false },
      { content: '', stop: true, stop_type: 'limit' },
    ]);
    const [whole] = linesOf(await post('generate', { model, prompt: 'a', suffix: 'b', stream: false }));
    expect(asked).toMatchObject([{ path: '/infill', input_prefix: 'a', input_suffix: 'b' }]);
    expect(whole).toMatchObject({ response: 'mid', done_reason: 'length' });
  });

  it.each([
    [{ template: '{{ .Prompt }}' }, 'template'],
    [{ raw: true, system: 'x' }, 'raw'],
    [{ suffix: 'x', raw: true }, 'suffix'],
    [{ format: 'yaml' }, 'format'],
    [{ think: 'hard' }, 'think'],
    [{ keep_alive: 'soon' }, 'keep_alive'],
    [{ images: ['nonsense'] }, 'image'],
    [{ options: { temperature: 'hot' } }, 'temperature'],
    [{ prompt: 5 }, 'prompt'],
  ])('refuses %j in a sentence', async (fields, word) => {
    const answered = await post('generate', { model, prompt: 'Hi', ...fields });
    expect(answered.status).toBe(400);
    expect((JSON.parse(answered.text) as { error: string }).error).toContain(word);
    expect(api.inference.acquired).toEqual([]);
  });
});

describe('a body that is nested without end', () => {
  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

  it.each([
    ['chat', `{"model":"${model}","messages":[{"role":"user","content":"x"}],"tools":[{"a":${deep}}]}`],
    [
      'chat',
      `{"model":"${model}","messages":[{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a":${deep}}}}]}]}`,
    ],
    ['generate', `{"model":"${model}","prompt":"x","raw":true,"format":{"a":${deep}}}`],
    ['create', `{"model":"x","from":"${model}","parameters":{"a":${deep}}}`],
  ])('is refused by /api/%s', async (path, body) => {
    const answered = await api.ask(`/api/${path}`, { method: 'POST', body });
    expect(answered.status).toBe(400);
    expect(JSON.parse(answered.text)).toHaveProperty('error');
  });
});

describe('what a model cannot do', () => {
  const bundle = (): Promise<ModelBundle> =>
    Promise.resolve({
      id: fakeModel().id,
      modelPath: '/m',
      config: { format: 'gguf' },
      header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
      weightBytes: 1,
    });

  it.each([{ think: true }, { think: 'high' }, { messages: [{ role: 'user', images: ['iVBORw0KGgo='] }] }])(
    'is refused before anything is loaded: %j',
    async (fields) => {
      api.models.bundle = bundle;
      const answered = await post('chat', { model, messages, ...fields });
      expect(answered.status).toBe(400);
      expect(JSON.parse(answered.text)).toEqual({ error: expect.stringContaining('does not support') as string });
      expect(api.inference.acquired).toEqual([]);
    },
  );
});

describe('lists', () => {
  it('show what runs until when', async () => {
    const row = {
      id: 'r',
      backend: 'llama.cpp',
      modelId: fakeModel().id,
      modelName: model,
      mode: 'completion',
      state: 'ready',
      activeRequests: 0,
      queuedRequests: 0,
      lastUsed: 1,
      expiresAt: Date.UTC(2026, 0, 1),
      keepAliveMs: 1000,
      pid: 1,
      estimatedBytes: 7,
      config: { mode: 'completion', contextSize: 4096, parallel: 1, threads: 1, batchThreads: 1, runtimeFlags: [] },
    } as const;
    api.inference.rows = [row, { ...row, expiresAt: undefined, keepAliveMs: -1 }];
    const { models } = JSON.parse((await api.ask('/api/ps')).text) as { models: Record<string, unknown>[] };
    expect(models[0]).toMatchObject({
      name: 'ai/smollm2:latest',
      size: 7,
      size_vram: 0,
      context_length: 4096,
      expires_at: '2026-01-01T00:00:00.000Z',
    });
    expect(models[1]?.['expires_at']).toBe('9999-12-31T23:59:59.000Z');
  });

  it('have an entry for each name', async () => {
    api.models.stored = [fakeModel({ tags: ['docker.io/ai/a:1', 'docker.io/ai/b:2'] })];
    const { models } = JSON.parse((await api.ask('/api/tags')).text) as { models: { name: string }[] };
    expect(models.map(({ name }) => name)).toEqual(['ai/a:1', 'ai/b:2']);
  });
});

describe('transfers', () => {
  it('end with success', async () => {
    const lines = linesOf(await post('pull', { model }));
    expect(lines[0]).toEqual({ status: 'pulling manifest' });
    expect(lines.at(-1)).toEqual({ status: 'success' });
    expect(linesOf(await post('pull', { model, stream: false }))).toEqual([{ status: 'success' }]);
    expect(linesOf(await post('push', { model })).at(-1)).toEqual({ status: 'success' });
  });

  it('have the status of a failure that comes at once', async () => {
    api.models.pulls = () => {
      throw new AppError('source.not_found', 'The registry has no such model.');
    };
    const answered = await post('pull', { model });
    expect(answered.status).toBe(404);
    expect(JSON.parse(answered.text)).toEqual({ error: 'The registry has no such model.' });
  });

  it('end with an error when they fail on the way', async () => {
    const layer = `sha256:${'1'.repeat(64)}`;
    api.models.pulls = async function* () {
      yield { type: 'progress', layer, sizeBytes: 10, receivedBytes: 5, totalBytes: 10 };
      throw new AppError('source.stalled', 'Nothing came for a minute.');
    };
    const lines = linesOf(await post('pull', { model }));
    expect(lines[1]).toEqual({ status: 'pulling 111111111111', digest: layer, total: 10, completed: 5 });
    expect(lines.at(-1)).toEqual({ error: 'Nothing came for a minute.' });
  });
});

describe('create', () => {
  it.each([
    [{ from: model, quantize: 'q4_K_M' }, 'quantized'],
    [{ from: model, template: '{{ .Prompt }}' }, 'Jinja'],
    [{ from: model, adapters: { a: 'b' } }, 'dapter'],
    [{ modelfile: 'FROM x' }, 'Modelfile'],
    [{}, '"files"'],
    [{ from: model, files: { a: 'b' } }, '"files"'],
    [{ from: model, parameters: { temperature: 'hot' } }, 'temperature'],
  ])('refuses %j in a sentence', async (fields, word) => {
    const answered = await post('create', { model: 'mario', ...fields });
    expect(answered.status).toBe(400);
    expect((JSON.parse(answered.text) as { error: string }).error).toContain(word);
  });

  it('stops nobody when its base is in use', async () => {
    const lines = linesOf(await post('create', { model: 'mario', from: model, system: 'Be Mario.' }));
    expect(lines.at(-1)).toEqual({ status: 'success' });
    expect(api.inference.released).toEqual([]);
    expect(JSON.parse([...api.models.instructions.values()][0] ?? '')).toEqual({ system: 'Be Mario.' });
  });
});

describe('a model that is made anew while the old one answers', () => {
  it('takes the name, and leaves the old one until it is idle', async () => {
    const old = fakeModel({ id: digest('e'), tags: ['docker.io/mario:latest'] });
    api.models.stored.push(old);
    api.models.instructions.set(old.id, '{"system":"Be Luigi."}');
    api.models.derive = async () => {
      api.models.stored = [fakeModel(), { ...old, tags: [] }];
      return fakeModel({ id: digest('d') });
    };
    api.inference.release = () =>
      Promise.reject(new AppError('model.in_use', 'The model is in use.', { hint: 'Wait until it is idle.' }));
    const lines = linesOf(await post('create', { model: 'mario', from: model, system: 'Be Mario.' }));
    expect(lines.at(-1)).toEqual({ status: 'success' });
    expect(api.models.stored.map(({ id }) => id)).toContain(old.id);
  });
});

describe('paths', () => {
  it.each([
    ['GET', '/api/chat'],
    ['POST', '/api/tags'],
    ['GET', '/api/nothing'],
    ['GET', `/api/blobs/sha256:${'a'.repeat(64)}`],
    ['DELETE', `/api/blobs/sha256:${'a'.repeat(64)}`],
  ])('that are none are refused as JSON: %s %s', async (method, path) => {
    const answered = await api.ask(path, { method });
    expect(answered.status).toBe(404);
    expect(JSON.parse(answered.text)).toHaveProperty('error');
  });

  it('of blobs tell whether one is there', async () => {
    const path = `/api/blobs/sha256:${'a'.repeat(64)}`;
    expect((await api.ask(path, { method: 'HEAD' })).status).toBe(404);
    expect((await api.ask(path, { method: 'POST', body: 'x' })).status).toBe(201);
    expect((await api.ask(path, { method: 'HEAD' })).status).toBe(200);
  });
});
