import { expect, it } from 'vitest';
import { retryAfterSeconds } from './queue.ts';
import { newLane } from './state.ts';

function laneWith(waiting: number, observed: { serviceMs?: number; loadMs?: number } = {}) {
  const lane = newLane('chat', { configId: 'c', bytes: 1, parallel: 4, pinned: false, keepAliveMs: 0 });
  for (let request = 0; request < waiting; request += 1)
    lane.waiting.push({ request, keepAliveMs: undefined, modest: false, told: 0 });
  lane.serviceMs = observed.serviceMs;
  lane.loadMs = observed.loadMs;
  return lane;
}

it.each([
  { waiting: 100, serviceMs: 2000, loadMs: 5000, seconds: 55 },
  { waiting: 8, serviceMs: 400, loadMs: 100, seconds: 1 },
  { waiting: 0, serviceMs: 1, loadMs: 1, seconds: 1 },
  { waiting: 100_000, serviceMs: 60_000, loadMs: 1, seconds: 600 },
])('asks to come back in $seconds s when $waiting wait, each takes $serviceMs ms and a load $loadMs ms', (row) => {
  expect(retryAfterSeconds(laneWith(row.waiting, row))).toBe(row.seconds);
});

it('assumes a second for a request and two for a load before it has seen one', () => {
  expect(retryAfterSeconds(laneWith(4))).toBe(3);
});
