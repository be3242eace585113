import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLog, systemClock } from '#core';
import { beforeEach, expect, it } from 'vitest';
import { openWritableRoots } from './writable-roots.ts';

const idOf = (digit: string): string => `sha256:${digit.repeat(64)}`;
let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'gantry-roots-')), 'mcp');
});
const open = () => openWritableRoots(folder, { clock: systemClock, log: silentLog });

it('is remembered by the next process', async () => {
  const first = open();
  expect(first.has(idOf('a'))).toBe(false);
  first.add(idOf('a'));
  expect(first.has(idOf('a'))).toBe(true);
  await first.settled();
  expect(open().has(idOf('a'))).toBe(true);
  expect(open().has(idOf('b'))).toBe(false);
});

it('keeps what another process found out meanwhile', async () => {
  const [one, other] = [open(), open()];
  one.add(idOf('a'));
  other.add(idOf('b'));
  await Promise.all([one.settled(), other.settled()]);
  const both = open();
  expect([both.has(idOf('a')), both.has(idOf('b'))]).toEqual([true, true]);
});

it.each(['', 'null', '{"images": ["x"]}', '{"images": {}}', '\0'])(
  'takes %j for nothing, and goes on',
  async (text) => {
    const path = join(folder, 'writable-roots.json');
    await mkdir(folder);
    await writeFile(path, text);
    const roots = open();
    expect(roots.has('x')).toBe(false);
    roots.add(idOf('c'));
    await roots.settled();
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ images: [idOf('c')] });
  },
);

it('writes no more than ids of images', async () => {
  const roots = open();
  roots.add('../../x');
  await roots.settled();
  await expect(readFile(join(folder, 'writable-roots.json'))).rejects.toThrow('ENOENT');
});
