import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { diskBody, gantryMediaType, removedManyBody, volumeListBody } from '#contract';
import { systemClock } from '#core';
import { answeringEngine, Refusal, type AnsweringEngine } from '#testing';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { fakeViews } from '../testing/fake-views.ts';

const headers = { accept: gantryMediaType, 'content-type': 'application/json' };
const anonymous = 'a'.repeat(64);
const createdAt = '2026-01-01T00:00:00Z';
let api: ApiUnderTest;
let engine: AnsweringEngine;
let created: unknown;
beforeEach(async () => {
  created = undefined;
  engine = answeringEngine({
    'GET /volumes': {
      Volumes: [
        {
          Name: 'data',
          Driver: 'local',
          CreatedAt: createdAt,
          Labels: { 'com.docker.compose.project': 'x'.repeat(1e6) },
        },
        { Name: 'free', Driver: 'local', CreatedAt: createdAt },
        { Name: 'stuck', Driver: 'local', CreatedAt: createdAt },
        { Name: anonymous, Driver: 'local', CreatedAt: createdAt, Labels: null },
      ],
    },
    'GET /containers/json': [{ Id: 'a', Names: ['/db'], Mounts: [{ Type: 'volume', Name: 'data' }] }],
    'POST /volumes/create': ({ json }: { json: unknown }) => {
      created = json;
      return {};
    },
    'DELETE /volumes/free': null,
    'DELETE /volumes/stuck': new Refusal(409, 'volume is in use'),
    [`DELETE /volumes/${anonymous}`]: null,
    'GET /system/df': { LayersSize: 5, Volumes: [{ Name: 'free', UsageData: { Size: 3, RefCount: 0 } }] },
  });
  api = await startApi({ views: fakeViews({ docker: engine, clock: systemClock, userHome: '/nowhere' }) });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});
const post = (path: string, body: unknown) =>
  api.ask(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const shown = (...names: readonly string[]) => ({ volumes: names.map((name) => ({ name, createdAt })) });
const deleted = (): readonly string[] => engine.asked.filter((one) => one.startsWith('DELETE'));

describe('the routes of volumes', () => {
  it('say who uses a volume and which have no name of their own, in texts of bounded length', async () => {
    const answer = await api.ask('/gantry/volumes');
    const { volumes } = volumeListBody.parse(JSON.parse(answer.text));
    expect(volumes.map(({ name, usedBy, isAnonymous }) => [name, usedBy, isAnonymous])).toEqual([
      ['data', ['db'], false],
      ['free', [], false],
      ['stuck', [], false],
      [anonymous, [], true],
    ]);
    expect(answer.text.length).toBeLessThan(5000);
  });

  it('make a volume as it is wanted, and none of a name that is taken', async () => {
    const wanted = { name: 'new', driver: 'local', options: { type: 'tmpfs' }, labels: { team: 'a' } };
    expect((await post('/gantry/volumes', wanted)).status).toBe(204);
    expect(created).toEqual({ Name: 'new', Driver: 'local', DriverOpts: { type: 'tmpfs' }, Labels: { team: 'a' } });
    created = undefined;
    expect((await post('/gantry/volumes', { name: 'free' })).status).toBe(409);
    expect(created).toBeUndefined();
  });

  it('remove the volumes that were shown, and say which one the Engine refused', async () => {
    const answer = await post('/gantry/volumes/remove', shown('free', 'stuck', anonymous));
    expect(removedManyBody.parse(JSON.parse(answer.text))).toMatchObject({
      removed: ['free', anonymous],
      failed: [{ name: 'stuck', code: 'docker.failed' }],
    });
  });

  it.each([
    ['is used by now', shown('free', 'data')],
    ['is gone', shown('free', 'gone')],
    ['was made anew', { volumes: [...shown('free').volumes, { name: 'stuck', createdAt: 'earlier' }] }],
  ])('remove nothing at all when one %s', async (_why, body) => {
    expect((await post('/gantry/volumes/remove', body)).status).toBe(409);
    expect(deleted()).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['', { name: '' }],
    ['', { name: '-x' }],
    ['', { name: 'a b' }],
    ['', { name: '../etc' }],
    ['', { name: 'x'.repeat(300) }],
    ['', { name: 'good', driver: '--privileged' }],
    ['', { name: 'good', options: { type: 5 } }],
    ['', { name: 'good', labels: { '': 'x' } }],
    ['', { name: 'good', labels: Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`l${at}`, ''])) }],
    ['', '{'],
    ['/remove', {}],
    ['/remove', { volumes: [] }],
    ['/remove', { volumes: ['free'] }],
    ['/remove', { volumes: [{ name: 'free' }] }],
  ])('refuse a bad body: POST /gantry/volumes%s %j', async (path, body) => {
    expect((await post(`/gantry/volumes${path}`, body)).status).toBe(400);
    expect(created).toBeUndefined();
    expect(deleted()).toEqual([]);
  });

  it('count the disk only when they are asked to, and say so while they do', async () => {
    const read = async (method: string) =>
      diskBody.parse(JSON.parse((await api.ask('/gantry/docker/disk', { method, headers })).text));
    expect(await read('GET')).toEqual({ isCounting: false, known: null, error: null });
    expect(engine.asked).toEqual([]);
    expect(await read('POST')).toMatchObject({ isCounting: true });
    await expect.poll(async () => (await read('GET')).known?.volumeBytes).toEqual({ free: 3 });
    expect((await api.ask('/gantry/docker/disk', { method: 'DELETE', headers })).status).toBe(404);
  });
});
