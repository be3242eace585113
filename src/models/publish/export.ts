import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { AppError, digestHex, type Digest } from '#core';
import { missingLayers, type Store } from '../store/store.ts';
import type { IndexEntry } from '../store/index-file.ts';
import { tarBytes, writeTar, type TarMember } from '../tar/write-tar.ts';
import type { ModelArchive } from '../types.ts';

const readBytes = 1024 * 1024;

/** A model as a tar: layers, config, and the manifest last (contract model-runner §4.6). @throws AppError `model.invalid_file` */
export async function exportModel(store: Store, entry: IndexEntry): Promise<ModelArchive> {
  const { id } = entry;
  const { manifest } = await store.record(id);
  const blobs = [...manifest.layers, manifest.config];
  const [missing] = await missingLayers(store.paths, blobs);
  if (missing !== undefined) throw incomplete(id, missing);
  const manifestBytes = await readFile(store.paths.manifest(id));
  const sizes = new Map(blobs.map(({ digest, size }) => [digest, size]));
  const members: readonly TarMember[] = [
    { name: 'blobs/', sizeBytes: 0 },
    { name: 'blobs/sha256/', sizeBytes: 0 },
    ...[...sizes].map(([digest, sizeBytes]): TarMember => ({
      name: `blobs/sha256/${digestHex(digest)}`,
      sizeBytes,
      content: () => createReadStream(store.paths.blob(digest), { highWaterMark: readBytes }),
    })),
    { name: 'manifest.json', sizeBytes: manifestBytes.length, content: () => [manifestBytes] },
  ];
  return { model: await store.model(entry), sizeBytes: tarBytes(members), chunks: writeTar(members) };
}

export function incomplete(id: Digest, digest: Digest): AppError {
  return new AppError(
    'model.invalid_file',
    `The file ${digest} of model ${id} is missing from the store or has the wrong size.`,
    {
      hint: 'Pull the model again; what is sound is kept.',
      params: { id, digest },
    },
  );
}
