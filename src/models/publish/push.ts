import { readFile } from 'node:fs/promises';
import { AppError, type Clock, type Digest } from '#core';
import type { Descriptor, HuggingFace, OciRegistry, RegistryReference } from '#registry';
import { runAll } from '../flow/limiter.ts';
import { createProgress } from '../flow/progress.ts';
import { safePath } from '../manifest/bundle-files.ts';
import { artifactFilesOf } from '../manifest/layer-kinds.ts';
import { mediaTypes } from '../manifest/media-types.ts';
import { parseName } from '../naming.ts';
import type { PullContext } from '../pull/context.ts';
import type { IndexEntry, StoreIndex } from '../store/index-file.ts';
import { missingLayers, type Store } from '../store/store.ts';
import type { Model } from '../types.ts';
import { incomplete } from './export.ts';

export interface PushDeps {
  readonly store: Store;
  readonly registry: OciRegistry;
  readonly huggingFace: HuggingFace;
  readonly clock: Clock;
}

const blobsAtOnce = 5;

/** Uploads the blobs of a model that its registry lacks, then its manifest as it was written, so that the id stays. */
export async function pushToRegistry(
  { store, registry, clock }: PushDeps,
  { reference, entry, index }: { reference: RegistryReference; entry: IndexEntry; index: StoreIndex },
  { signal, emit, bearerToken }: PullContext,
): Promise<Model> {
  const { manifest } = await store.record(entry.id);
  const blobs = [
    ...new Map([...manifest.layers, manifest.config].map((blob): [Digest, Descriptor] => [blob.digest, blob])).values(),
  ];
  const [missing] = await missingLayers(store.paths, blobs);
  if (missing !== undefined) throw incomplete(entry.id, missing);
  const totalBytes = blobs.reduce((sum, { size }) => sum + size, 0);
  const progress = createProgress({ clock, emit, totalBytes });
  await runAll(
    blobs,
    (descriptor, blobSignal) =>
      registry.pushBlob(reference, {
        signal: blobSignal,
        bearerToken,
        descriptor,
        path: store.paths.blob(descriptor.digest),
        mountFrom: neighbour(descriptor.digest, { reference, index }),
        onProgress: progress.layer(descriptor.digest, descriptor.size),
      }),
    { limit: blobsAtOnce, signal },
  );
  const bytes = await readFile(store.paths.manifest(entry.id));
  await registry.pushManifest(reference, {
    signal,
    bearerToken,
    bytes,
    mediaType: manifest.mediaType ?? mediaTypes.manifest,
  });
  return await store.model(entry);
}

/** Another repository of the same registry that should have a blob, by what the store knows. */
function neighbour(
  digest: Digest,
  { reference, index }: { reference: RegistryReference; index: StoreIndex },
): string | undefined {
  for (const { tags, files } of index) {
    if (!files.includes(digest)) continue;
    for (const tag of tags) {
      const other = parseName(tag);
      if (other.registry === reference.registry && other.repository !== reference.repository) return other.repository;
    }
  }
  return undefined;
}

/** Commits the files of a model to a repository of Hugging Face, under the names they were packaged with. */
export async function pushToHuggingFace(
  { store, huggingFace, clock }: PushDeps,
  { repository, entry }: { repository: string; entry: IndexEntry },
  { signal, emit, bearerToken }: PullContext,
): Promise<Model> {
  const { manifest } = await store.record(entry.id);
  const [missing] = await missingLayers(store.paths, manifest.layers);
  if (missing !== undefined) throw incomplete(entry.id, missing);
  const files = artifactFilesOf(manifest).map(({ name, digest, sizeBytes }) => ({
    path: safePath(name),
    file: store.paths.blob(digest),
    digest,
    sizeBytes,
  }));
  refuseTwice(files.map(({ path }) => path));
  const totalBytes = files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const progress = createProgress({ clock, emit, totalBytes });
  const layers = new Map(files.map((file) => [file.path, progress.layer(file.digest, file.sizeBytes)]));
  await huggingFace.push(repository, {
    signal,
    bearerToken,
    files,
    message: 'Upload model',
    onProgress: ({ path }, sentBytes) => layers.get(path)?.(sentBytes),
  });
  return await store.model(entry);
}

function refuseTwice(paths: readonly string[]): void {
  const path = paths.find((one, index) => paths.indexOf(one) !== index);
  if (path === undefined) return;
  throw new AppError('model.invalid_file', `The model names the file "${path}" twice.`, {
    params: { reason: 'named_twice', path },
  });
}

/** The name to push to. @throws AppError `reference.invalid` */
export function pushTarget(
  text: string,
  { defaultRegistry }: { defaultRegistry?: string | undefined },
): RegistryReference {
  const reference = parseName(text, { defaultRegistry });
  if (reference.digest === undefined) return reference;
  throw new AppError('reference.invalid', `"${text}" names a digest, and a push needs a tag.`, {
    hint: 'Leave out everything from the @ on.',
    params: { text, reason: 'digest' },
  });
}
