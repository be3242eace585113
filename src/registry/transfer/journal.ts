import { readFile, rm } from 'node:fs/promises';
import { z } from 'zod';
import { isDigest, writeFileAtomic, type Digest } from '#core';
import type { Intervals } from './intervals.ts';

/** What of a partial file is surely on disk, and of which content. Written after the bytes, never before. */
export interface Journal {
  readonly sizeBytes: number | undefined;
  readonly etag: string | undefined;
  readonly digest: Digest | undefined;
  readonly done: Intervals;
}

const byte = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);

const schema = z.object({
  version: z.literal(1),
  sizeBytes: byte.optional(),
  etag: z.string().optional(),
  digest: z.custom<Digest>((value) => typeof value === 'string' && isDigest(value)).optional(),
  done: z.array(z.tuple([byte, byte])),
});

export function formatJournal({ sizeBytes, etag, digest, done }: Journal): string {
  return `${JSON.stringify({ version: 1, sizeBytes, etag, digest, done })}\n`;
}

/** Undefined for a text that is not a sound journal: then nothing of the partial file is trusted. */
export function parseJournal(text: string): Journal | undefined {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return undefined;
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) return undefined;
  const { sizeBytes, etag, digest, done } = parsed.data;
  let previousEnd = -1;
  for (const [start, end] of done) {
    if (start <= previousEnd || end <= start || end > (sizeBytes ?? Infinity)) return undefined;
    previousEnd = end;
  }
  return { sizeBytes, etag, digest, done };
}

export async function readJournal(path: string): Promise<Journal | undefined> {
  try {
    return parseJournal(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}

export function writeJournal(path: string, journal: Journal): Promise<void> {
  return writeFileAtomic(path, formatJournal(journal), { temporary: unfinishedJournal(path) });
}

/** Removes a journal, and the half-written next one that a crash may have left. */
export async function removeJournal(path: string): Promise<void> {
  await rm(path, { force: true });
  await rm(unfinishedJournal(path), { force: true });
}

// One writer at a time is the caller's promise, so one name does.
function unfinishedJournal(path: string): string {
  return `${path}.tmp`;
}
