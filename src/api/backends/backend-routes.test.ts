import { afterEach, beforeEach, expect, it } from 'vitest';
import { AppError } from '#core';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const post = (action: string, body: object | string) =>
  api.ask(`/engines/${action}-backend`, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });

it('installs llama.cpp where no runtime is, and answers when it is there', async () => {
  api.runtimes.select = () => Promise.reject(new AppError('runtime.not_installed', 'None.'));
  expect(await post('install', { backend: 'llama.cpp' })).toMatchObject({ status: 200, text: '' });
  expect(api.runtimes.calls).toEqual(['install xllamacpp']);
});

it('leaves a runtime that is there as it is', async () => {
  expect((await post('install', { backend: 'llama.cpp', version: '' })).status).toBe(200);
  expect(api.runtimes.calls).toEqual([]);
});

it('removes what it installed', async () => {
  expect((await post('uninstall', { backend: 'llama.cpp' })).status).toBe(200);
  expect(api.runtimes.calls).toEqual(['remove xllamacpp']);
});

it.each(['install', 'uninstall'])(
  'refuses to %s what it does not know, as docker/model-runner words it',
  async (action) => {
    expect(await post(action, {})).toMatchObject({ status: 400, text: 'invalid request: backend is required\n' });
    expect(await post(action, { backend: 5 })).toMatchObject({ status: 400 });
    expect(await post(action, '{')).toMatchObject({ status: 400, text: 'invalid request\n' });
    expect(await post(action, { backend: 'nobackend' })).toMatchObject({ status: 404, text: 'backend not found\n' });
    expect(await post(action, { backend: 'vllm' })).toMatchObject({
      status: 412,
      text: expect.stringContaining('Gantry does not install the backend vllm.'),
    });
    expect((await post(action, { backend: 'llama.cpp', version: '1.2' })).status).toBe(400);
  },
);
