import { readFile } from 'node:fs/promises';
import { AppError, errorCodeOf, type Digest } from '#core';
import type { Manifest } from '#registry';
import { manifestBytes, parseManifest } from '../manifest/parse-manifest.ts';
import { readConfigFile, type ConfigFile } from '../manifest/read-config.ts';
import type { Model } from '../types.ts';
import type { IndexEntry, StoreIndex } from './index-file.ts';
import type { StorePaths } from './paths.ts';

/** Manifest and config of a model on disk. They never change under one id. */
export interface ModelRecord extends ConfigFile {
  readonly manifest: Manifest;
}

/** Reads records once and keeps those the index still names. */
export interface Records {
  /** @throws AppError `store.corrupt` */
  get(id: Digest): Promise<ModelRecord>;
  retain(index: StoreIndex): void;
}

export function createRecords(paths: StorePaths): Records {
  const known = new Map<Digest, ModelRecord>();
  return {
    async get(id) {
      const kept = known.get(id);
      if (kept) return kept;
      const record = await readRecord(paths, id);
      known.set(id, record);
      return record;
    },
    retain(index) {
      const ids = new Set(index.map((entry) => entry.id));
      for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
    },
  };
}

async function readRecord(paths: StorePaths, id: Digest): Promise<ModelRecord> {
  try {
    const manifest = parseManifest(await readFile(paths.manifest(id)));
    if (!manifest) throw damaged(paths.manifest(id), id);
    return { manifest, ...readConfigFile(await readFile(paths.blob(manifest.config.digest)), manifest) };
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') throw damaged(paths.manifest(id), id, error);
    throw error;
  }
}

function damaged(path: string, id: Digest, cause?: unknown): AppError {
  return new AppError('store.corrupt', `The store lacks the manifest or config of model ${id} (${path}).`, {
    hint: `Remove the model and pull it again: gantry rm --force ${id}`,
    params: { id, path },
    cause,
  });
}

export function toModel(entry: IndexEntry, record: ModelRecord): Model {
  return {
    id: entry.id,
    tags: entry.tags,
    created: record.created,
    config: record.config,
    sizeBytes: manifestBytes(record.manifest),
  };
}
