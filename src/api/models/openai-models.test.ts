import { expect, it } from 'vitest';
import type { RunnerStatus } from '#inference';
import { digest, fakeModel } from '../testing/fake-ports.ts';
import { startApi } from '../testing/api-under-test.ts';

const row: RunnerStatus = {
  id: 'r1',
  backend: 'llama.cpp',
  modelId: digest('a'),
  modelName: 'ai/smollm2',
  mode: 'completion',
  state: 'ready',
  activeRequests: 0,
  queuedRequests: 0,
  lastUsed: undefined,
  expiresAt: undefined,
  keepAliveMs: 300_000,
  pid: 42,
  estimatedBytes: 7,
  config: { mode: 'completion', contextSize: 4096, parallel: 1, threads: 1, batchThreads: 1, runtimeFlags: [] },
};

it('lists what is stored now, and reads the store once for each state of it', async () => {
  let revision = 1;
  let reads = 0;
  await using api = await startApi({ storeRevision: () => revision });
  const list = api.models.list.bind(api.models);
  api.models.list = async () => {
    reads += 1;
    return await list();
  };
  const ids = async (): Promise<unknown> =>
    (JSON.parse((await api.ask('/engines/v1/models')).text) as { data: { id: string }[] }).data.map(({ id }) => id);
  await Promise.all([ids(), ids(), ids()]);
  expect(reads).toBe(1);
  api.models.stored = [fakeModel({ tags: ['docker.io/ai/other:latest'] })];
  revision = 2;
  expect(await ids()).toEqual(['docker.io/ai/other:latest']);
  expect(reads).toBe(2);
});

it('says of each model how large it is and whether it is loaded', async () => {
  await using api = await startApi({ storeRevision: () => 1 });
  const facts = async (path: string): Promise<unknown> => {
    const body = JSON.parse((await api.ask(path)).text) as { dmr?: unknown; data?: { dmr: unknown }[] };
    return body.dmr ?? body.data?.[0]?.dmr;
  };
  expect(await facts('/v1/models')).toMatchObject({ size_bytes: 98_362_432, state: 'unloaded' });
  api.inference.rows = [{ ...row, state: 'loading' }];
  expect(await facts('/v1/models')).toMatchObject({ state: 'loading' });
  api.inference.rows = [row];
  expect(await facts('/v1/models')).toMatchObject({ state: 'loaded' });
  expect(await facts('/v1/models/ai/smollm2')).toMatchObject({ state: 'loaded' });
});

it('says of a single model what it can do, as far as its files tell', async () => {
  await using api = await startApi();
  const one = async (): Promise<unknown> =>
    (JSON.parse((await api.ask('/v1/models/ai/smollm2')).text) as { dmr: unknown }).dmr;
  expect(await one()).not.toHaveProperty('capabilities');
  const metadata = { 'tokenizer.chat_template': '{{ messages }}' };
  api.models.bundle = async (id) => ({
    id,
    modelPath: '/m.gguf',
    mmprojPath: '/p.gguf',
    chatTemplatePath: undefined,
    config: fakeModel().config,
    header: { version: 3, architecture: 'llama', hasChatTemplate: true, metadata },
    weightBytes: 1,
  });
  expect(await one()).toMatchObject({
    capabilities: ['completion', 'tools', 'vision'],
    modality: { input: ['text', 'image'], output: ['text'] },
  });
});

it('does not keep a failure', async () => {
  await using api = await startApi({ storeRevision: () => 1 });
  const list = api.models.list.bind(api.models);
  api.models.list = () => Promise.reject(new Error('disk'));
  expect((await api.ask('/v1/models')).status).toBe(500);
  api.models.list = list;
  expect((await api.ask('/v1/models')).status).toBe(200);
});
