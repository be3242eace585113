import { chmod, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfText } from './write-dockerfile.ts';
import { readIfThere, takeBack, writeIfUnchanged } from './write-files.ts';

let folder: string;
let file: string;
let ignore: string;
const [old, fixed] = ['FROM scratch\n', 'FROM scratch\nUSER 1\n'];
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'gantry-write-')));
  [file, ignore] = [join(folder, 'Dockerfile'), join(folder, '.dockerignore')];
  await writeFile(file, old, { mode: 0o640 });
  await chmod(file, 0o640);
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});
const wanted = (): Parameters<typeof writeIfUnchanged>[0] => [
  { path: file, text: fixed, before: digestOfText(old) },
  { path: ignore, text: '.git\n', before: undefined },
];
const texts = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    await Promise.all(
      (await readdir(folder)).toSorted().map(async (name) => [name, await readFile(join(folder, name), 'utf8')]),
    ),
  );

describe('files that somebody looked at', () => {
  it('are written together, with a copy of what was there, and taken back as they were', async () => {
    const written = await writeIfUnchanged(wanted());
    expect(await texts()).toEqual({ '.dockerignore': '.git\n', Dockerfile: fixed, 'Dockerfile.orig': old });
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    expect(written.map(({ backup }) => backup)).toEqual([`${file}.orig`, undefined]);
    await takeBack(written);
    expect(await texts()).toEqual({ Dockerfile: old });
    expect((await stat(file)).mode & 0o777).toBe(0o640);
  });

  it('are none of them written when one is another by now', async () => {
    await writeFile(ignore, 'mine\n');
    await expect(writeIfUnchanged(wanted())).rejects.toMatchObject({ code: 'request.conflict' });
    expect(await texts()).toEqual({ '.dockerignore': 'mine\n', Dockerfile: old });
  });

  it('are as they were when one of them cannot be written', async () => {
    const nowhere = { path: join(folder, 'none/.dockerignore'), text: 'x', before: undefined };
    await expect(writeIfUnchanged([...wanted(), nowhere])).rejects.toThrow(/ENOENT/);
    expect(await texts()).toEqual({ Dockerfile: old });
  });

  it('are left alone where nothing would change', async () => {
    expect(await writeIfUnchanged([{ path: file, text: old, before: digestOfText(old) }])).toEqual([]);
    expect(await texts()).toEqual({ Dockerfile: old });
  });

  it.each(['Dockerfile', '.dockerignore', 'Dockerfile.orig'])('are not taken back over another %s', async (name) => {
    const written = await writeIfUnchanged(wanted());
    await writeFile(join(folder, name), 'of somebody else');
    const before = await texts();
    await expect(takeBack(written)).rejects.toMatchObject({ code: 'request.conflict' });
    expect(await texts()).toEqual(before);
  });

  it('are not read through a link', async () => {
    await symlink('/etc/hostname', ignore);
    await expect(readIfThere(ignore)).rejects.toMatchObject({ code: 'request.invalid' });
    await expect(writeIfUnchanged(wanted())).rejects.toMatchObject({ code: 'request.invalid' });
    expect(await readFile(file, 'utf8')).toBe(old);
  });
});
