import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { findNames } from './find-names.ts';
import { listFiles } from './list-files.ts';
import { openWorkingFolder, type WorkingFolder } from './working-folder.ts';

const never = new AbortController().signal;
const all = { path: '', exists: true };
const wishes = { signal: never, depth: 8, maxEntries: 100 };
let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'gantry-names-'));
  await mkdir(join(root, 'src', 'deep'), { recursive: true });
  await writeFile(join(root, 'src', 'deep', 'app.js'), '');
  await writeFile(join(root, 'app.txt'), '');
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** The real one, but for what happens where a folder is read. */
function withFolder(real: WorkingFolder, path: string, happens: () => Promise<never>): WorkingFolder {
  return { ...real, inFolder: (place, work) => (place.path === path ? happens() : real.inFolder(place, work)) };
}

describe('names in a folder', () => {
  it('are those that hold the text, those that begin with it first', async () => {
    expect(await findNames(root, 'app', { until: never, seconds: 5 })).toEqual({
      paths: ['app.txt', 'src/deep/app.js'],
      truncated: false,
    });
  });

  it('are refused with a sentence when time is up before anything is known', async () => {
    await expect(findNames(root, '', { until: AbortSignal.abort(), seconds: 5 })).rejects.toMatchObject({
      code: 'request.timeout',
      message: `${root} could not be listed within 5 seconds.`,
      params: { directory: root, seconds: 5 },
    });
  });

  it('are those found by then when a folder below never answers', async () => {
    const late = new AbortController();
    const stuck = withFolder(await openWorkingFolder(root), 'src', () => {
      late.abort();
      return new Promise<never>(() => undefined);
    });
    const { files, isCut } = await listFiles(stuck, all, { ...wishes, until: late.signal });
    expect({ paths: files.map(({ path }) => path), isCut }).toEqual({ paths: ['app.txt', 'src/'], isCut: true });
  });

  it('are told without those of a folder that cannot be read, which is said; the folder itself must be readable', async () => {
    const refuse = () => Promise.reject(new AppError('request.invalid', 'The folder cannot be read.'));
    const real = await openWorkingFolder(root);
    const { files, isCut } = await listFiles(withFolder(real, 'src/deep', refuse), all, wishes);
    expect({ paths: files.map(({ path }) => path), isCut }).toEqual({
      paths: ['app.txt', 'src/', 'src/deep/'],
      isCut: true,
    });
    await expect(listFiles(withFolder(real, '', refuse), all, wishes)).rejects.toMatchObject({
      code: 'request.invalid',
    });
  });
});
