import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gantryMediaType, hubImagesBody, imageBody, imageListBody, recipeBody, removedManyBody } from '#contract';
import { systemClock } from '#core';
import { answeringEngine, type AnsweringEngine } from '#testing';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';
import { fakeViews } from '../testing/fake-views.ts';

const headers = { accept: gantryMediaType, 'content-type': 'application/json' };
const idOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
let api: ApiUnderTest;
let engine: AnsweringEngine;
beforeEach(async () => {
  engine = answeringEngine({
    'GET /images/json': [
      { Id: 'sha256:1', RepoTags: ['app:1', '<none>:<none>'], Size: 5, Created: 2 },
      { Id: idOf('b'), RepoTags: ['free:1', 'free:2'], Size: 7 },
      { Id: idOf('c'), RepoTags: null, Size: 7 },
      { Id: idOf('d'), RepoTags: ['used:1'], Size: 7 },
    ],
    'DELETE /images/free%3A1': [],
    'DELETE /images/free%3A2': [],
    'GET /containers/json': [
      { Id: 'a', Names: ['/db'], ImageID: 'sha256:1' },
      { Id: 'b', Names: ['/old'], ImageID: idOf('d'), State: 'exited' },
    ],
    'GET /images/app%3A1/json': {
      Id: 'sha256:1',
      Os: 'linux',
      Architecture: 'amd64',
      Config: { Env: ['TOKEN=hunter2'], ExposedPorts: { '80/tcp': {} } },
    },
    'GET /images/app%3A1/history': [{ CreatedBy: 'COPY x', Size: 3, Created: 1 }],
    'DELETE /images/app%3A1': [],
    'GET /images/search': [{ name: 'nginx', description: 'a server', star_count: 3, is_official: true }],
  });
  const inspected = {
    id: 'sha256:1',
    tags: [],
    labels: {},
    os: 'linux',
    architecture: 'amd64',
    entrypoint: [],
    command: [],
    env: [],
    digests: [],
    sizeBytes: 1,
  };
  const docker = { ...engine, images: { ...engine.images, inspect: async () => inspected } };
  api = await startApi({ views: fakeViews({ docker, clock: systemClock, userHome: '/nowhere' }) });
});
afterEach(async () => {
  await api[Symbol.asyncDispose]();
});
const post = (path: string, body: unknown) =>
  api.ask(path, { method: 'POST', headers, body: typeof body === 'string' ? body : JSON.stringify(body) });

describe('the routes of images', () => {
  it('answer what the contract says', async () => {
    const { images } = imageListBody.parse(JSON.parse((await api.ask('/gantry/images')).text));
    expect(images[0]).toMatchObject({ tags: ['app:1'], usedBy: ['db'], createdAt: 2000 });
    const one = imageBody.parse(JSON.parse((await api.ask('/gantry/images/app%3A1')).text));
    expect(one.history[0]).toMatchObject({ createdBy: 'COPY x', sizeBytes: 3 });
    expect(JSON.stringify(one)).not.toContain('hunter2');
  });

  it('make a recipe whose form, command and compose file agree, and run no other than the one shown', async () => {
    const wishes = { name: 'web', ports: { '80': 18_080 }, env: { MODE: 'fast' }, memory: '64m' };
    const recipe = recipeBody.parse(JSON.parse((await post('/gantry/images/app%3A1/recipe', wishes)).text));
    expect(recipe).toMatchObject({ name: 'web', memory: '64m', ports: [{ host: 18_080, container: 80 }] });
    for (const text of [recipe.command, recipe.compose])
      for (const part of ['web', '127.0.0.1:18080:80', 'MODE', '64m']) expect(text).toContain(part);
    const other = await post('/gantry/images/app%3A1/run', { wishes, command: `${recipe.command} --privileged` });
    expect(other.status).toBe(409);
    expect(engine.asked).not.toContain('POST /containers/create');
  });

  it.each([
    '',
    '?term=',
    '?term=%20',
    `?term=${'x'.repeat(201)}`,
    '?term=a%0Ab',
    '?term=a&limit=0',
    '?term=a&limit=all',
  ])('search for nothing but words: %s', async (query) => {
    expect((await api.ask(`/gantry/hub/images${query}`)).status).toBe(400);
  });

  it('find what the Engine finds at Docker Hub', async () => {
    const { images } = hubImagesBody.parse(JSON.parse((await api.ask('/gantry/hub/images?term=nginx')).text));
    expect(images).toEqual([{ name: 'nginx', description: 'a server', stars: 3, isOfficial: true }]);
  });

  it('remove only what is named twice', async () => {
    expect((await api.ask('/gantry/images/app%3A1', { method: 'DELETE' })).status).toBe(400);
    expect((await api.ask('/gantry/images/app%3A1?confirm=app:1', { method: 'DELETE' })).status).toBe(204);
  });

  it('remove the images that were shown, each by all its names, and say which one the Engine refused', async () => {
    const answer = await post('/gantry/images/remove', {
      images: [
        { id: idOf('b'), tags: ['free:2', 'free:1'] },
        { id: idOf('c'), tags: [] },
      ],
    });
    expect(removedManyBody.parse(JSON.parse(answer.text))).toMatchObject({
      removed: [idOf('b')],
      failed: [{ name: idOf('c'), code: 'docker.not_found' }],
    });
    expect(engine.asked.filter((one) => one.startsWith('DELETE'))).toEqual([
      'DELETE /images/free%3A2',
      'DELETE /images/free%3A1',
      `DELETE /images/${encodeURIComponent(idOf('c'))}`,
    ]);
  });

  it.each([
    ['has another name by now', { id: idOf('b'), tags: ['free:1'] }],
    ['is used, by a stopped container too', { id: idOf('d'), tags: ['used:1'] }],
    ['is gone', { id: idOf('e'), tags: ['gone:1'] }],
  ])('remove nothing at all when one %s', async (_why, changed) => {
    const answer = await post('/gantry/images/remove', { images: [{ id: idOf('c'), tags: [] }, changed] });
    expect(answer.status).toBe(409);
    expect(answer.text).toContain('Nothing was removed');
    expect(engine.asked.filter((one) => one.startsWith('DELETE'))).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['remove', {}],
    ['remove', { images: [] }],
    ['remove', { images: [{ id: 'app:1', tags: [] }] }],
    ['remove', { images: [{ id: idOf('b') }] }],
    ['remove', { images: [{ id: idOf('b'), tags: ['-f'] }] }],
    ['pull', { name: '' }],
    ['pull', { name: '-v' }],
    ['pull', { name: 'a b' }],
    ['pull', { name: 'x'.repeat(600) }],
    ['pull', '{'],
    ['app%3A1/tag', { target: '$(x)' }],
    ['app%3A1/tag', {}],
    ['app%40sha256%3A1/push', {}],
    ['app%3A1/recipe', { name: '-x' }],
    ['app%3A1/recipe', { ports: { '80': 0 } }],
    ['app%3A1/recipe', { ports: { eighty: 80 } }],
    ['app%3A1/recipe', { env: { 'A B': '1' } }],
    ['app%3A1/recipe', { memory: 'lots' }],
    ['app%3A1/run', { command: 'docker run app:1' }],
  ])('refuse a bad body: POST %s %j', async (path, body) => {
    expect((await post(`/gantry/images/${path}`, body)).status).toBe(400);
  });

  it('have no scan with words for numbers, and none of what is not there', async () => {
    expect((await post('/gantry/images/app%3A1/scan?fresh=maybe', '')).status).toBe(400);
    expect((await api.ask('/gantry/images/none%3A1')).status).toBe(404);
    expect((await post('/gantry/images/app%3A1/explode', {})).status).toBe(404);
  });
});
