import { createHash } from 'node:crypto';
import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '#core';
import type { FetchedIndex, FetchIndex } from './types.ts';

const freshMs = 6 * 3_600_000;

/** Keeps what was fetched for some hours; one that is older serves when the mirror is out of reach. */
export function cachedIndex(
  fetchNow: (url: string, options: { signal?: AbortSignal | undefined }) => Promise<Uint8Array>,
  { folder, now }: { folder: string; now: () => number },
): FetchIndex {
  return async (url, options) => {
    const file = join(folder, createHash('sha256').update(url).digest('hex').slice(0, 32));
    const kept = await readKept(file);
    if (kept && now() - kept.fetchedAtMs < freshMs) return kept;
    try {
      const bytes = await fetchNow(url, options);
      await mkdir(folder, { recursive: true });
      await writeFileAtomic(file, bytes);
      return (await readKept(file)) ?? { bytes, fetchedAtMs: now() };
    } catch (error) {
      options.signal?.throwIfAborted();
      if (kept) return kept;
      throw error;
    }
  };
}

async function readKept(file: string): Promise<FetchedIndex | undefined> {
  try {
    const [bytes, { mtimeMs }] = await Promise.all([readFile(file), stat(file)]);
    return { bytes, fetchedAtMs: Math.floor(mtimeMs) };
  } catch {
    return undefined;
  }
}
