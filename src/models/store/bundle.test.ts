import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { digestFromHex } from '#core';
import { createModelsWorld, failureOf, sha256, type ModelsWorld } from '#testing';
import type { BundleFile } from '../manifest/bundle-files.ts';
import { ensureBundle } from './bundle.ts';
import { storePaths, type StorePaths } from './paths.ts';

const id = digestFromHex('1'.repeat(64));
const contents = [Buffer.from('first shard'), Buffer.from('second shard')];

let world: ModelsWorld;
let paths: StorePaths;
beforeEach(async () => {
  world = await createModelsWorld();
  await world.open();
  paths = storePaths(world.inStore());
  for (const bytes of contents) await writeFile(paths.blob(sha256(bytes)), bytes);
});
afterEach(() => world.dispose());

function files(count: number): BundleFile[] {
  return contents.slice(0, count).map((bytes, index) => ({
    role: 'weights',
    path: `model-${index}.gguf`,
    digest: sha256(bytes),
    sizeBytes: bytes.length,
  }));
}

const impossible = (): Promise<void> => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' }));

it('is made of hard links and says its config', async () => {
  const [file] = files(1);
  const made = await ensureBundle(paths, { id, files: file ? [file] : [], config: { format: 'gguf' } });
  const path = file ? (made.get(file) ?? '') : '';
  expect((await lstat(path)).nlink).toBe(2);
  expect(JSON.parse(await readFile(`${paths.bundle(id)}/config.json`, 'utf8'))).toEqual({ format: 'gguf' });
});

it('is made of symbolic links where hard links cannot be made', async () => {
  const plan = { id, files: files(2), config: { format: 'gguf' } as const, links: [impossible, symlink] };
  const made = await ensureBundle(paths, plan);
  for (const path of made.values()) expect((await lstat(path)).isSymbolicLink()).toBe(true);
  expect(await ensureBundle(paths, plan)).toEqual(made);
});

it('is the blob itself where no link can be made, which a split model cannot use', async () => {
  const single = { id, files: files(1), config: { format: 'gguf' } as const, links: [impossible] };
  expect([...(await ensureBundle(paths, single)).values()]).toEqual([
    paths.blob(sha256(contents[0] ?? Buffer.alloc(0))),
  ]);
  const split = { ...single, files: files(2) };
  expect((await failureOf(ensureBundle(paths, split))).code).toBe('model.unsupported');
  expect(await readdir(paths.bundles)).toEqual([]);
});

it('that was left half made, or points at other content, is made again', async () => {
  await mkdir(`${paths.bundle(id)}/model`, { recursive: true });
  await writeFile(`${paths.bundle(id)}/model/model-0.gguf`, 'something else');
  await writeFile(`${paths.bundle(id)}/config.json`, '{}');
  const made = await ensureBundle(paths, { id, files: files(2), config: { format: 'gguf' } });
  const texts = await Promise.all([...made.values()].map((path) => readFile(path)));
  expect(texts).toEqual(contents);
});
