import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configurationsBody } from '#contract';
import { AppError } from '#core';
import { digest, fakeModel } from '../testing/fake-ports.ts';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
  api.models.bundle = async (id) => ({
    id,
    modelPath: '/m',
    config: { format: 'gguf' },
    header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata: {} },
    weightBytes: 1,
  });
});
afterEach(() => api[Symbol.asyncDispose]());

const post = (body: object, path = '/engines/_configure') =>
  api.ask(path, { method: 'POST', body: JSON.stringify(body) });
const shown = async (query = '') =>
  configurationsBody.parse(JSON.parse((await api.ask(`/engines/_configure${query}`)).text));

describe('POST /engines/_configure', () => {
  it('answers 202 without a body and shows what it stored, field by field', async () => {
    const first = await post({ model: 'ai/smollm2', 'context-size': 1024, 'runtime-flags': ['--temp', '0.1'] });
    expect(first).toMatchObject({ status: 202, text: '', headers: { 'content-length': '0' } });
    await post({ model: 'ai/smollm2', keep_alive: '30s' }, '/engines/llama.cpp/_configure');
    expect(await shown()).toEqual([
      {
        Backend: 'llama.cpp',
        Model: 'docker.io/ai/smollm2:latest',
        ModelID: digest('a'),
        Mode: 'completion',
        Config: { 'context-size': 1024, 'runtime-flags': ['--temp', '0.1'], keep_alive: '30s' },
      },
    ]);
    expect(await shown('?model=ai/smollm2')).toHaveLength(1);
  });

  it('shows nothing of what nobody configured', async () => {
    expect(await shown()).toEqual([]);
    expect((await api.ask('/engines/_configure?model=ai/none')).status).toBe(404);
  });

  it('loads the model ahead, in the mode it was configured for', async () => {
    const acquired = new Promise<unknown>((resolve) => (api.inference.onAcquire = resolve));
    await post({ model: 'ai/smollm2', mode: 'embedding', 'runtime-flags': ['--pooling', 'mean'] });
    expect(await acquired).toMatchObject({ model: digest('a'), mode: 'embedding' });
    expect(await shown()).toMatchObject([{ Mode: 'embedding', Config: { 'runtime-flags': ['--pooling', 'mean'] } }]);
  });

  it('answers 409 and stores nothing when a busy runner would have to change', async () => {
    const { effective } = await api.inference.preview('m', 'completion', {});
    api.inference.preview = async () => ({ effective, replacesBusy: true });
    const answer = await post({ model: 'ai/smollm2', 'context-size': 1024 });
    expect(answer).toMatchObject({ status: 409, text: 'runner already active\n' });
    expect(await shown()).toEqual([]);
  });

  it('answers 400 with the sentence about the flag, and stores nothing', async () => {
    api.inference.preview = async () => {
      const detail = 'runtime flag "--log-file" is not allowed for backend "llama.cpp"';
      throw new AppError('settings.invalid', `The runtime flags of m are not valid: ${detail}`, { params: { detail } });
    };
    const answer = await post({ model: 'ai/smollm2', 'runtime-flags': ['--log-file', '/tmp/x'] });
    expect(answer).toMatchObject({
      status: 400,
      text: 'runtime flag "--log-file" is not allowed for backend "llama.cpp"\n',
    });
    expect(await shown()).toEqual([]);
  });

  it('refuses a model that is not here, a backend that is not there, and JSON that is none', async () => {
    expect(await post({ model: 'ai/none' })).toMatchObject({ status: 404 });
    const backend = await post({ model: 'ai/smollm2' }, '/engines/nobackend/_configure');
    expect(backend).toMatchObject({ status: 404, text: 'backend not found\n' });
    const broken = await api.ask('/engines/_configure', { method: 'POST', body: '{' });
    expect(broken).toMatchObject({ status: 400, text: 'invalid request\n' });
    expect((await api.ask('/engines/%zz/_configure', { method: 'POST', body: '{}' })).status).toBe(400);
  });

  it('refuses what the backend of the model would ignore', async () => {
    const vllm = await post({ model: 'ai/smollm2', vllm: { 'gpu-memory-utilization': 0.5 } });
    expect(vllm).toMatchObject({ status: 400, text: expect.stringContaining('runs with llama.cpp') });
    const path = await post({ model: 'ai/smollm2', 'context-size': 1 }, '/engines/vllm/_configure');
    expect(path.status).toBe(400);
    const mode = await post({ model: 'ai/smollm2', mode: 'embedding', llamacpp: { 'reasoning-budget': 1 } });
    expect(mode).toMatchObject({ status: 400, text: expect.stringContaining('means nothing in the mode embedding') });
  });

  it('keeps and shows the fields of vLLM for a model that runs with it, checked by its own list', async () => {
    api.models.stored = [fakeModel({ config: { format: 'safetensors' } })];
    const vllm = { 'hf-overrides': { rope_theta: 1 }, 'gpu-memory-utilization': 0.5 };
    const fields = { model: 'ai/smollm2', vllm, 'runtime-flags': ['--enforce-eager'] };
    expect((await post(fields, '/engines/vllm/_configure')).status).toBe(202);
    expect(await shown()).toMatchObject([{ Backend: 'vllm', Config: { vllm, 'runtime-flags': ['--enforce-eager'] } }]);
    const flag = await post({ model: 'ai/smollm2', 'runtime-flags': ['--jinja'] });
    expect(flag).toMatchObject({ status: 400, text: expect.stringContaining('for backend "vllm"') });
    expect((await post({ model: 'ai/smollm2', vllm: { 'hf-overrides': { 'a-b': 1 } } })).status).toBe(400);
  });
});
