import { rm } from 'node:fs/promises';
import { AppError, type Digest } from '#core';
import type { Manifest } from '#registry';
import { readGgufFile } from '../gguf/read-header.ts';
import { annotations } from '../manifest/media-types.ts';
import { isGgufLayer } from '../manifest/bundle-files.ts';
import { unreferenced } from '../store/edit-index.ts';
import type { Store } from '../store/store.ts';

/**
 * Reads the header of every GGUF layer before the model becomes visible. Files that are not sound are deleted again.
 * @throws AppError `model.invalid_file`
 */
export async function verifyGgufLayers(store: Store, manifest: Manifest): Promise<void> {
  for (const layer of manifest.layers.filter(isGgufLayer)) {
    const name = layer.annotations?.[annotations.filepath] ?? layer.digest;
    await verifyGguf(store, { digest: layer.digest, name });
  }
}

export async function verifyGguf(store: Store, { digest, name }: { digest: Digest; name: string }) {
  try {
    return await readGgufFile(store.paths.blob(digest), { name });
  } catch (error) {
    if (error instanceof AppError && error.code === 'model.invalid_file') await discard(store, digest);
    throw error;
  }
}

async function discard(store: Store, digest: Digest): Promise<void> {
  await store.locked(async (index) => {
    for (const unneeded of unreferenced([digest], index)) await rm(store.paths.blob(unneeded), { force: true });
  });
}
