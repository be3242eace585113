import { readdir, readFile, stat } from 'node:fs/promises';
import { AppError, digestFromHex, isDigest, type Digest } from '#core';
import { digestOf } from '../manifest/build.ts';
import { manifestFiles, parseManifest } from '../manifest/parse-manifest.ts';
import { withModel } from './edit-index.ts';
import type { IndexEntry, StoreIndex } from './index-file.ts';
import type { StorePaths } from './paths.ts';

/**
 * Makes an index from the manifests on disk, with the tags that can still be read from the damaged file.
 * @throws AppError `store.corrupt` when there is nothing to rebuild from
 */
export async function rebuildIndex(paths: StorePaths): Promise<StoreIndex> {
  const tags = salvageTags(await readFile(paths.index, 'utf8'));
  let index: StoreIndex = [];
  for (const name of await readdir(paths.manifests)) {
    const entry = await entryFromManifest(paths, name);
    if (entry) index = withModel(index, { ...entry, tags: tags.get(entry.id) ?? [] });
  }
  if (index.length > 0) return index;
  throw new AppError(
    'store.corrupt',
    `The model index ${paths.index} is damaged and no manifest is left to rebuild it from.`,
    {
      hint: `If the models in ${paths.root} are not needed any more, delete ${paths.index}.`,
      params: { path: paths.index },
    },
  );
}

async function entryFromManifest(paths: StorePaths, name: string): Promise<IndexEntry | undefined> {
  if (!isDigest(`sha256:${name}`)) return undefined;
  const id = digestFromHex(name);
  const bytes = await readFile(paths.manifest(id));
  const manifest = parseManifest(bytes);
  if (!manifest || digestOf(bytes) !== id) return undefined;
  const files = manifestFiles(manifest);
  const present = await Promise.all(files.map((file) => exists(paths.blob(file))));
  return present.every(Boolean) ? { id, tags: [], files } : undefined;
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}

const entryPattern = /"id"\s*:\s*"(sha256:[0-9a-f]{64})"\s*,\s*"tags"\s*:\s*\[((?:\s*"[^"\\]*"\s*,?)*)\]/g;

function salvageTags(text: string): ReadonlyMap<Digest, readonly string[]> {
  const found = new Map<Digest, readonly string[]>();
  for (const [, id = '', list = ''] of text.matchAll(entryPattern)) {
    if (isDigest(id))
      found.set(
        id,
        [...list.matchAll(/"([^"\\]*)"/g)].map(([, tag = '']) => tag),
      );
  }
  return found;
}
