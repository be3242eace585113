import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { silentLog } from '#core';
import type { ContainerSummary, Containers, Filters } from '#docker';
import { ownerLabel, probeMark, runnerLabel } from './container-spec.ts';
import { removeLeftovers } from './leftovers.ts';
import { ownerOf } from './run-to-end.ts';

const summary = (id: string, labels: Record<string, string>): ContainerSummary => ({
  id,
  names: [id],
  image: 'i',
  labels,
  state: 'running',
});

it('takes away what this home left, and neither what others have nor an image that is being looked at', async () => {
  const runDirectory = await mkdtemp(join(tmpdir(), 'gl-'));
  try {
    const ours = ownerOf('/home/me/.gantry');
    const all = [
      summary('left', { [ownerLabel]: ours, [runnerLabel]: '00000001' }),
      summary('asked', { [ownerLabel]: ours, [runnerLabel]: probeMark() }),
      summary('other', { [ownerLabel]: ownerOf('/home/you/.gantry'), [runnerLabel]: '00000001' }),
    ];
    const removed: string[] = [];
    const wanted = ({ labels }: ContainerSummary, { label = [] }: Filters): boolean =>
      label.every((one) => labels[one.split('=')[0] ?? ''] === one.split('=')[1]);
    const containers = {
      list: async ({ filters = {} } = {}) => all.filter((one) => wanted(one, filters)),
      remove: async (id) => void removed.push(id),
    } satisfies Partial<Containers> as unknown as Containers;
    await mkdir(join(runDirectory, 'runner-0123456789abcdef'));
    await mkdir(join(runDirectory, 'relay'));
    await writeFile(join(runDirectory, 'gantry.sock'), '');

    const options = { docker: { containers }, home: '/home/me/.gantry', runDirectory, log: silentLog };
    expect(await removeLeftovers(options)).toBe(1);
    expect(removed).toEqual(['left']);
    expect((await readdir(runDirectory)).toSorted()).toEqual(['gantry.sock', 'relay']);
  } finally {
    await rm(runDirectory, { recursive: true });
  }
});
