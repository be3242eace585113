import type { Digest } from '#core';
import type { IndexEntry, StoreIndex } from './index-file.ts';

/** Adds a model and gives it the tags, which leave whatever had them. */
export function withModel(index: StoreIndex, entry: IndexEntry): StoreIndex {
  const others = withoutTags(index, entry.tags);
  const known = others.find(({ id }) => id === entry.id);
  if (!known) return [...others, entry];
  const merged: IndexEntry = { ...entry, tags: [...new Set([...known.tags, ...entry.tags])] };
  return others.map((other) => (other.id === entry.id ? merged : other));
}

export function withoutTags(index: StoreIndex, tags: readonly string[]): StoreIndex {
  return index.map((entry) =>
    entry.tags.some((tag) => tags.includes(tag))
      ? { ...entry, tags: entry.tags.filter((tag) => !tags.includes(tag)) }
      : entry,
  );
}

export function withoutModel(index: StoreIndex, id: Digest): StoreIndex {
  return index.filter((entry) => entry.id !== id);
}

/** Blobs of `removed` that no model of `index` needs. */
export function unreferenced(removed: readonly Digest[], index: StoreIndex): readonly Digest[] {
  const needed = new Set(index.flatMap((entry) => entry.files));
  return [...new Set(removed)].filter((digest) => !needed.has(digest));
}
