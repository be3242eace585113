import type { Digest } from '#core';
import { notFound, type Resolved } from './resolve.ts';
import type { StoreIndex } from './store/index-file.ts';
import type { Removal } from './types.ts';

/** What a removal by this name would do, decided without doing it: as `removeFromIndex` removes. @throws AppError `model.not_found` */
export function removalOf(
  index: StoreIndex,
  {
    resolved,
    text,
    sizes,
  }: {
    readonly resolved: Resolved | undefined;
    readonly text: string;
    /** Bytes of each of the model's blobs. */
    readonly sizes: ReadonlyMap<Digest, number>;
  },
): Removal {
  if (!resolved) throw notFound(text);
  const { entry, tag } = resolved;
  if (tag !== undefined && entry.tags.length > 1) {
    return { keptNames: entry.tags.filter((name) => name !== tag), sharedWith: [], freedBytes: 0 };
  }
  const others = index.filter(({ id }) => id !== entry.id);
  const needed = new Set(others.flatMap(({ files }) => files));
  const sharing = others.filter(({ files }) => files.some((file) => entry.files.includes(file)));
  const freed = [...new Set(entry.files)].filter((file) => !needed.has(file));
  return {
    keptNames: [],
    sharedWith: sharing.flatMap(({ id, tags }) => (tags.length === 0 ? [id] : tags)),
    freedBytes: freed.reduce((sum, file) => sum + (sizes.get(file) ?? 0), 0),
  };
}
