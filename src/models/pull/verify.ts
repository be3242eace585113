import { rm } from 'node:fs/promises';
import { AppError, type Digest } from '#core';
import type { Manifest } from '#registry';
import type { GgufFile } from '../gguf/describe.ts';
import { readGgufFile } from '../gguf/read-header.ts';
import { annotations } from '../manifest/media-types.ts';
import { isGgufLayer } from '../manifest/bundle-files.ts';
import { readSafetensors, type SafetensorsFile } from '../safetensors/read-header.ts';
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

interface NamedBlob {
  readonly digest: Digest;
  readonly name: string;
}

export async function verifyGguf(store: Store, blob: NamedBlob): Promise<GgufFile> {
  return await orDiscard(store, blob, () => readGgufFile(store.paths.blob(blob.digest), { name: blob.name }));
}

export async function verifySafetensors(store: Store, blob: NamedBlob): Promise<SafetensorsFile> {
  return await orDiscard(store, blob, () => readSafetensors(store.paths.blob(blob.digest), { name: blob.name }));
}

async function orDiscard<T>(store: Store, { digest }: NamedBlob, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
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
