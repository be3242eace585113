import { readFile, rename, rm, stat } from 'node:fs/promises';
import { AppError, createMutex, errorCodeOf, writeFileAtomic, type Clock, type Digest, type Log } from '#core';
import { digestOf } from '../manifest/build.ts';
import { manifestFiles, parseManifest } from '../manifest/parse-manifest.ts';
import { unreferenced, withModel } from './edit-index.ts';
import { readIndex, writeIndex, type IndexEntry, type StoreIndex } from './index-file.ts';
import { prepareLayout } from './layout.ts';
import { storePaths, type StorePaths } from './paths.ts';
import { rebuildIndex } from './rebuild.ts';
import { createRecords, toModel, type ModelRecord } from './records.ts';
import type { Model } from '../types.ts';
import { waitForLock } from './wait-for-lock.ts';

/** A manifest with its config, ready to be made visible once its layers are there. */
export interface Publication {
  readonly manifest: Uint8Array;
  readonly config: Uint8Array;
  /** Full tag; none for a model pulled by digest. */
  readonly tag?: string | undefined;
}

export type Published = { readonly model: Model } | { readonly missing: readonly Digest[] };

/** The content-addressed store on disk. Every change happens under a lock between processes and is visible at once or not at all. */
export interface Store {
  readonly paths: StorePaths;
  index(): Promise<StoreIndex>;
  /** @throws AppError `store.corrupt`, `model.not_found` when it was removed meanwhile */
  model(entry: IndexEntry): Promise<Model>;
  /** @throws AppError as `model` */
  record(id: Digest): Promise<ModelRecord>;
  /** Layers that are absent, or whose size is wrong, are named instead of published. */
  publish(publication: Publication): Promise<Published>;
  /**
   * Runs a change of the index under the lock; what it no longer names is deleted from disk.
   * The change decides from the index it is given and never from an earlier one.
   */
  change<T>(decide: (index: StoreIndex) => { index: StoreIndex; result: T }): Promise<T>;
  /** Runs a task that must not overlap with a change. */
  locked<T>(task: (index: StoreIndex) => Promise<T>): Promise<T>;
}

const lockLimitMs = 30_000;

/** @throws AppError `store.corrupt`, `store.locked` */
export async function openStore(directory: string, { clock, log }: { clock: Clock; log: Log }): Promise<Store> {
  const paths = storePaths(directory);
  await prepareLayout(paths);
  const records = createRecords(paths);
  const mutex = createMutex();

  const locked = <T>(task: (index: StoreIndex) => Promise<T>): Promise<T> =>
    mutex.run(async () => {
      await using _lock = await waitForLock(paths.indexLock, { clock, limitMs: lockLimitMs });
      return await task((await readIndex(paths)) ?? (await repair()));
    });

  /** A model may be removed between the reading of the index and of its manifest: that is no damage. */
  async function recordOf(id: Digest): Promise<ModelRecord> {
    try {
      return await records.get(id);
    } catch (error) {
      const isNamed = (await readIndex(paths))?.some((entry) => entry.id === id) ?? true;
      if (isNamed) throw error;
      throw new AppError('model.not_found', `The model ${id} was removed just now.`, {
        params: { model: id },
        cause: error,
      });
    }
  }

  async function repair(): Promise<StoreIndex> {
    const rebuilt = await rebuildIndex(paths);
    const kept = `${paths.index}.damaged-${clock.now()}`;
    await rename(paths.index, kept);
    await writeIndex(paths, rebuilt);
    log.warn('rebuilt a damaged model index', { models: rebuilt.length, kept });
    return rebuilt;
  }

  async function change<T>(decide: (index: StoreIndex) => { index: StoreIndex; result: T }): Promise<T> {
    return await locked(async (before) => {
      const { index: after, result } = decide(before);
      if (after !== before) await writeIndex(paths, after);
      for (const entry of before) {
        if (!after.some(({ id }) => id === entry.id)) await deleteFiles(paths, entry, after);
      }
      records.retain(after);
      return result;
    });
  }

  async function publish({ manifest, config, tag }: Publication): Promise<Published> {
    const id = digestOf(manifest);
    const parsed = parseManifest(manifest);
    if (!parsed) throw new AppError('source.invalid_response', 'The source sent a manifest that is not one.');
    return await locked(async (before) => {
      const missing = await missingLayers(paths, parsed.layers);
      if (missing.length > 0) return { missing };
      await writeOnce(paths.blob(parsed.config.digest), config);
      await writeOnce(paths.manifest(id), manifest);
      const entry: IndexEntry = { id, tags: tag === undefined ? [] : [tag], files: manifestFiles(parsed) };
      const after = withModel(before, entry);
      await writeIndex(paths, after);
      const published = after.find((candidate) => candidate.id === id) ?? entry;
      return { model: toModel(published, await records.get(id)) };
    });
  }

  return {
    paths,
    index: async () => (await readIndex(paths)) ?? (await locked((index) => Promise.resolve(index))),
    model: async (entry) => toModel(entry, await recordOf(entry.id)),
    record: recordOf,
    publish,
    change,
    locked,
  };
}

async function writeOnce(path: string, bytes: Uint8Array): Promise<void> {
  if ((await sizeOf(path)) !== bytes.length) await writeFileAtomic(path, bytes);
}

export async function missingLayers(
  paths: StorePaths,
  layers: readonly { readonly digest: Digest; readonly size: number }[],
): Promise<readonly Digest[]> {
  const missing: Digest[] = [];
  for (const { digest, size } of layers) {
    if ((await sizeOf(paths.blob(digest))) !== size) missing.push(digest);
  }
  return missing;
}

/** Size of a file; undefined when there is none. */
export async function sizeOf(path: string): Promise<number | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

// The index no longer names the model: a crash from here on leaves files that the next sweep collects.
async function deleteFiles(paths: StorePaths, entry: IndexEntry, index: StoreIndex): Promise<void> {
  const files = entry.files.length > 0 ? entry.files : await filesFromManifest(paths, entry.id);
  await rm(paths.bundle(entry.id), { recursive: true, force: true });
  await rm(paths.manifest(entry.id), { force: true });
  for (const digest of unreferenced(files, await withFiles(paths, index)))
    await rm(paths.blob(digest), { force: true });
}

// Entries written by others may lack their files; their manifests say them.
async function withFiles(paths: StorePaths, index: StoreIndex): Promise<StoreIndex> {
  return await Promise.all(
    index.map(async (entry) => ({
      ...entry,
      files: [...entry.files, ...(await filesFromManifest(paths, entry.id))],
    })),
  );
}

async function filesFromManifest(paths: StorePaths, id: Digest): Promise<readonly Digest[]> {
  try {
    const manifest = parseManifest(await readFile(paths.manifest(id)));
    return manifest ? manifestFiles(manifest) : [];
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
