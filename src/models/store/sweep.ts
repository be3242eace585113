import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCodeOf, isAlive, type Clock } from '#core';
import type { Store } from './store.ts';

const keepMs = 7 * 24 * 60 * 60 * 1000;
const unfinished = /^[0-9a-f]{64}\.(partial|partial\.json(\.tmp)?|incomplete)$/;
const temporary = /\.(\d+)\.[0-9a-f]+(\.tmp(\.partial(\.json)?)?)?$/;

/**
 * Deletes what crashed processes left: their temporary files at once, unfinished or unnamed blobs after seven days.
 * Returns how many files went. Meant for the start, before anything else uses the store.
 */
export async function sweepStore(
  store: Store,
  { clock, downloads }: { clock: Clock; downloads: string },
): Promise<number> {
  const { paths } = store;
  return await store.locked(async (index) => {
    const named = new Set(index.flatMap(({ id, files }) => [id, ...files].map((digest) => digest.slice(7))));
    let deleted = 0;
    for (const folder of [paths.root, paths.blobs, paths.manifests, paths.bundles, paths.locks]) {
      for (const name of await readdir(folder)) {
        const path = join(folder, name);
        if (!(await isGarbage({ path, name, named }))) continue;
        await rm(path, { recursive: true, force: true });
        deleted += 1;
      }
    }
    for (const name of await readdir(downloads).catch(() => [])) {
      if (!(await isOld(join(downloads, name)))) continue;
      await rm(join(downloads, name), { force: true });
      deleted += 1;
    }
    return deleted;
  });

  async function isGarbage({
    path,
    name,
    named,
  }: {
    path: string;
    name: string;
    named: Set<string>;
  }): Promise<boolean> {
    const owner = temporary.exec(name)?.[1];
    if (owner !== undefined) return !isAlive({ pid: Number(owner), startedAt: '' }) || (await isOld(path));
    const nameless = /^[0-9a-f]{64}$/.test(name) && !named.has(name);
    return (nameless || unfinished.test(name)) && (await isOld(path));
  }

  async function isOld(path: string): Promise<boolean> {
    try {
      return clock.now() - (await stat(path)).mtimeMs > keepMs;
    } catch (error) {
      if (errorCodeOf(error) === 'ENOENT') return false;
      throw error;
    }
  }
}
