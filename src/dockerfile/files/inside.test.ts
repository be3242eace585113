import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { listFolder, pathInside } from './inside.ts';

let base: string;
let root: string;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'gantry-inside-')));
  root = join(base, 'root');
  await mkdir(join(root, 'app'), { recursive: true });
  await mkdir(join(base, 'outside'));
  await writeFile(join(base, 'outside/Dockerfile'), 'FROM secret\n');
  await writeFile(join(root, 'app/Dockerfile'), 'FROM scratch\n');
  await writeFile(join(root, 'app/notes.txt'), '');
  await symlink(join(base, 'outside'), join(root, 'app/way-out'));
  await symlink(join(root, 'app/Dockerfile'), join(root, 'app/Dockerfile.link'));
});
afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

describe('a folder that is open', () => {
  it('lists names, folders and Dockerfiles first, and no link that leads out of it', async () => {
    const listing = await listFolder(root, 'app');
    expect(listing.entries).toEqual([
      { name: 'Dockerfile', kind: 'dockerfile' },
      { name: 'Dockerfile.link', kind: 'dockerfile' },
      { name: 'notes.txt', kind: 'file' },
    ]);
    expect(listing.parent).toBe(root);
    expect((await listFolder(root, '.')).parent).toBeUndefined();
  });

  it.each([
    '..',
    '../outside/Dockerfile',
    '/etc/passwd',
    'app/way-out/Dockerfile',
    'app/way-out',
    '../root-not/x',
    'a\0b',
  ])('does not let %j out of it', async (path) => {
    await expect(pathInside(root, path)).rejects.toMatchObject({ code: 'request.forbidden' });
  });

  it('follows what stays inside, and says what is not there', async () => {
    expect(await pathInside(root, 'app/Dockerfile.link')).toBe(join(root, 'app/Dockerfile'));
    expect(await pathInside(root, join(root, 'app'))).toBe(join(root, 'app'));
    await expect(pathInside(root, 'app/none')).rejects.toMatchObject({ code: 'request.not_found' });
    await expect(pathInside(join(base, 'none'), '.')).rejects.toMatchObject({ code: 'request.not_found' });
  });
});
