import { expect, it } from 'vitest';
import { answeringEngine, Refusal } from '#testing';
import { searchHub } from './search.ts';

it('finds what can be pulled, of bounded length, whatever the server leaves out', async () => {
  const engine = answeringEngine({
    'GET /images/search': [
      { name: 'nginx', description: 'Official build', star_count: 20_000, is_official: true, is_automated: false },
      { name: 'me/app', description: 'x'.repeat(5000) },
      { name: '<img src=x>', description: 'not a name' },
      { name: '', description: null },
    ],
  });
  const all = await searchHub(engine, { term: 'nginx', limit: 25 });
  expect(all.map(({ name, stars, isOfficial }) => [name, stars, isOfficial])).toEqual([
    ['nginx', 20_000, true],
    ['me/app', 0, false],
  ]);
  expect(all[1]?.description).toHaveLength(1000);
});

it('says what to do where there is no way to the Hub', async () => {
  const engine = answeringEngine({ 'GET /images/search': new Refusal(500, 'lookup index.docker.io: no such host') });
  await expect(searchHub(engine, { term: 'nginx', limit: 25 })).rejects.toMatchObject({
    message: expect.stringContaining('no such host'),
    hint: expect.stringContaining('docker info'),
    params: { reason: 'hub_search' },
  });
});
