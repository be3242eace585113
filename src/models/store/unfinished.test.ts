import { mkdir, mkdtemp, readdir, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { systemClock, tryProcessLock } from '#core';
import { createUnfinished, type Unfinished } from './unfinished.ts';

const hex = (digit: string): string => digit.repeat(64);

describe('what transfers left', () => {
  let root: string;
  let unfinished: Unfinished;
  const blobs = (): string => join(root, 'models/blobs/sha256');
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'gantry-unfinished-'));
    for (const folder of ['models/blobs/sha256', 'models/locks', 'downloads'])
      await mkdir(join(root, folder), { recursive: true });
    unfinished = createUnfinished({
      directory: join(root, 'models'),
      downloads: join(root, 'downloads'),
      clock: systemClock,
    });
  });

  it('is counted and removed, but for what somebody writes and what is whole', async () => {
    await writeFile(join(blobs(), hex('a')), 'a whole blob');
    await writeFile(join(blobs(), `${hex('b')}.partial`), 'part');
    await writeFile(join(blobs(), `${hex('b')}.partial.json`), '{}');
    await writeFile(join(blobs(), `${hex('c')}.partial`), 'being written');
    await writeFile(join(root, 'downloads', `${hex('d')}.whl.partial`), 'wheel');
    await writeFile(join(root, 'downloads', `${hex('e')}.whl`), 'being unpacked');
    expect(await unfinished.all()).toEqual({ bytes: 38, files: 5 });
    const held = await Promise.all(
      ['c', 'e'].map((digit) => tryProcessLock(join(root, 'models/locks', `${hex(digit)}.lock`))),
    );
    expect(held.map(({ acquired }) => acquired)).toEqual([true, true]);
    expect(await unfinished.clear()).toEqual({ bytes: 11, files: 3 });
    expect((await readdir(blobs())).toSorted()).toEqual([hex('a'), `${hex('c')}.partial`]);
    for (const one of held) if (one.acquired) await one.lock.release();
    expect(await unfinished.clear()).toEqual({ bytes: 27, files: 2 });
    expect(await readdir(blobs())).toEqual([hex('a')]);
  });

  it('stays where nobody can know whether it is written, until it is old', async () => {
    const path = join(root, 'downloads', 'runtime.part');
    await writeFile(path, 'abc');
    expect(await unfinished.clear()).toEqual({ bytes: 0, files: 0 });
    await utimes(path, new Date(0), new Date(0));
    expect(await unfinished.clear()).toEqual({ bytes: 3, files: 1 });
  });

  it('is nothing where there is no store', async () => {
    const none = createUnfinished({ directory: join(root, 'x'), downloads: join(root, 'y'), clock: systemClock });
    expect(await none.all()).toEqual({ bytes: 0, files: 0 });
    expect(await none.clear()).toEqual({ bytes: 0, files: 0 });
  });
});
