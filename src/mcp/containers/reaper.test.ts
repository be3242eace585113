import { afterEach, expect, it } from 'vitest';
import { silentLog } from '#core';
import { createManualClock } from '#testing';
import { createReaper, type Reaper } from './reaper.ts';

let reaper: Reaper | undefined;
afterEach(() => reaper?.close());

it('looks for leftovers at the start, soon again for what was still being made then, and from time to time', async () => {
  const clock = createManualClock();
  const looks: number[] = [];
  const containers = {
    list: () => {
      looks.push(clock.monotonic() - began);
      return Promise.resolve([]);
    },
    remove: () => Promise.resolve(),
  };
  const networks = { list: () => Promise.resolve([]), remove: () => Promise.resolve() };
  const began = clock.monotonic();
  reaper = createReaper({
    docker: { containers, networks } as unknown as Parameters<typeof createReaper>[0]['docker'],
    owner: { home: '/home', pid: 1, started: '1' } as unknown as Parameters<typeof createReaper>[0]['owner'],
    live: new Set(),
    clock,
    log: silentLog,
    intervalMs: 60_000,
  });
  const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  await settled();
  for (let seconds = 0; seconds < 130; seconds += 1) {
    clock.advance(1000);
    await settled();
  }
  expect(looks).toEqual([0, 5000, 65_000, 125_000]);
});
