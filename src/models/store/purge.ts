import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, errorCodeOf, isDigest, tryProcessLock } from '#core';
import { writeIndex } from './index-file.ts';
import type { StorePaths } from './paths.ts';
import { sizeOf } from './store.ts';

/**
 * Deletes every model of a store, whose index must be locked. Unfinished files of transfers that run stay.
 * @throws AppError `store.corrupt` when the folder does not say that it is a store
 */
export async function purgeStore(paths: StorePaths): Promise<void> {
  await refuseForeign(paths);
  await writeIndex(paths, []);
  for (const folder of [paths.bundles, paths.manifests, paths.blobs]) {
    for (const name of await namesIn(folder)) {
      if (folder === paths.blobs && (await isBeingWritten(paths, name))) continue;
      await rm(join(folder, name), { recursive: true, force: true });
    }
  }
}

async function refuseForeign({ layout, root }: StorePaths): Promise<void> {
  if ((await sizeOf(layout)) !== undefined) return;
  throw new AppError('store.corrupt', `The folder ${root} has no layout.json, so nothing in it was deleted.`, {
    hint: 'Check that MODELS_PATH names a model store.',
    params: { reason: 'not_a_store', path: root },
  });
}

const unfinished = /^([0-9a-f]{64})\.(?:partial|incomplete)/;

async function isBeingWritten(paths: StorePaths, name: string): Promise<boolean> {
  if (name.endsWith('.tmp')) return true;
  const digest = `sha256:${unfinished.exec(name)?.[1] ?? ''}`;
  if (!isDigest(digest)) return false;
  const attempt = await tryProcessLock(paths.blobLock(digest));
  if (!attempt.acquired) return true;
  await attempt.lock.release();
  return false;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
