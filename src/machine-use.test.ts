import { expect, it } from 'vitest';
import { daemonStatusBody } from '#contract';
import { machineUse } from './machine-use.ts';

it('tells how much of this machine is in use, and nothing of a disk that is not there', async () => {
  const use = daemonStatusBody.shape.machine.unwrap().parse(await machineUse(import.meta.dirname));
  expect(use.cpus).toBeGreaterThan(0);
  expect(use.memory.usedBytes).toBeGreaterThan(0);
  expect(use.memory.usedBytes).toBeLessThanOrEqual(use.memory.totalBytes);
  expect(use.disk?.freeBytes).toBeLessThanOrEqual(use.disk?.totalBytes ?? 0);
  expect((await machineUse('/no/such/folder')).disk).toBeNull();
});
