import { readFile } from 'node:fs/promises';
import { AppError, type Clock, type Digest } from '#core';
import { formatReference, type Descriptor, type OciRegistry, type RegistryReference } from '#registry';
import { runAll } from '../flow/limiter.ts';
import { createProgress } from '../flow/progress.ts';
import { mediaTypes } from '../manifest/media-types.ts';
import { isHuggingFace, parseName } from '../naming.ts';
import type { PullContext } from '../pull/context.ts';
import type { IndexEntry, StoreIndex } from '../store/index-file.ts';
import { missingLayers, type Store } from '../store/store.ts';
import type { Model } from '../types.ts';
import { incomplete } from './export.ts';

export interface PushDeps {
  readonly store: Store;
  readonly registry: OciRegistry;
  readonly clock: Clock;
}

const blobsAtOnce = 5;

/** Uploads the blobs of a model that its registry lacks, then its manifest as it was written, so that the id stays. */
export async function pushModel(
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

/** The registry's name of what is to be pushed. @throws AppError `reference.invalid`, `source.not_allowed` */
export function pushTarget(
  text: string,
  { defaultRegistry }: { defaultRegistry?: string | undefined },
): RegistryReference {
  const reference = parseName(text, { defaultRegistry });
  if (isHuggingFace(reference)) {
    throw new AppError(
      'source.not_allowed',
      `${formatReference(reference)} is on Hugging Face, where nothing is pushed to.`,
      {
        hint: 'Tag the model with the name of an OCI registry, and push that: gantry tag SOURCE REGISTRY/NAME',
        params: { reference: formatReference(reference), source: 'huggingface' },
      },
    );
  }
  if (reference.digest === undefined) return reference;
  throw new AppError('reference.invalid', `"${text}" names a digest, and a push needs a tag.`, {
    hint: 'Leave out everything from the @ on.',
    params: { text, reason: 'digest' },
  });
}
