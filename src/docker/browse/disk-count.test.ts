import { expect, it } from 'vitest';
import { systemClock } from '#core';
import { answeringEngine, Refusal } from '#testing';
import { createDiskCount } from './disk-count.ts';

const { signal } = new AbortController();
const said = {
  LayersSize: 100,
  Images: [
    { Size: 60, SharedSize: 20, Containers: 1 },
    { Size: 60, SharedSize: 20, Containers: 0 },
  ],
  Volumes: [
    { Name: 'used', UsageData: { Size: 5, RefCount: 2 } },
    { Name: 'left', UsageData: { Size: 7, RefCount: 0 } },
    { Name: 'elsewhere', UsageData: { Size: -1, RefCount: 0 } },
    { Name: 'unsaid' },
  ],
  BuildCache: [{ Size: 3 }, { Size: 4, Shared: true }],
};

it('counts as docker system df does, and knows no size of volumes whose driver says none', async () => {
  const disk = createDiskCount({ docker: answeringEngine({ 'GET /system/df': said }), clock: systemClock });
  expect(disk.state()).toEqual({ isCounting: false, known: undefined, error: undefined });
  await disk.count(signal);
  expect(disk.state().known).toMatchObject({
    images: { count: 2, inUse: 1, sizeBytes: 100, reclaimableBytes: 60 },
    volumes: { count: 4, inUse: 1, sizeBytes: 12, reclaimableBytes: 7 },
    buildCacheBytes: 3,
    volumeBytes: new Map([
      ['used', 5],
      ['left', 7],
    ]),
  });
});

it('asks the Engine once for all who wait, and again for who comes later', async () => {
  const engine = answeringEngine({ 'GET /system/df': said });
  const disk = createDiskCount({ docker: engine, clock: systemClock });
  const first = disk.count(signal);
  const second = disk.count(signal);
  expect(disk.state().isCounting).toBe(true);
  await Promise.all([first, second]);
  expect(engine.asked).toHaveLength(1);
  await disk.count(signal);
  expect(engine.asked).toHaveLength(2);
});

it('keeps what it knows when the next count fails, and says why that did', async () => {
  let isAway = false;
  const engine = answeringEngine({ 'GET /system/df': () => (isAway ? new Refusal(500, 'disk on fire') : said) });
  const disk = createDiskCount({ docker: engine, clock: systemClock });
  await disk.count(signal);
  isAway = true;
  await disk.count(signal);
  expect(disk.state()).toMatchObject({ isCounting: false, error: { params: { reason: 'disk on fire' } } });
  expect(disk.state().known?.buildCacheBytes).toBe(3);
});
