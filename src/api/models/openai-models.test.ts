import { expect, it } from 'vitest';
import { fakeModel } from '../testing/fake-ports.ts';
import { startApi } from '../testing/api-under-test.ts';

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

it('does not keep a failure', async () => {
  await using api = await startApi({ storeRevision: () => 1 });
  const list = api.models.list.bind(api.models);
  api.models.list = () => Promise.reject(new Error('disk'));
  expect((await api.ask('/v1/models')).status).toBe(500);
  api.models.list = list;
  expect((await api.ask('/v1/models')).status).toBe(200);
});
