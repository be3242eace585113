import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { errorCodeOf, isDigest, writeFileAtomic, type Digest } from '#core';
import { jsonOrUndefined } from './layout.ts';
import type { StorePaths } from './paths.ts';

const digest = z.custom<Digest>((value) => typeof value === 'string' && isDigest(value));

const indexFile = z.object({
  models: z
    .array(z.object({ id: digest, tags: z.array(z.string()).nullish(), files: z.array(digest).nullish() }))
    .nullish(),
});

/** One model of `models.json`. `files` are its blobs: layers, then config. */
export interface IndexEntry {
  readonly id: Digest;
  readonly tags: readonly string[];
  readonly files: readonly Digest[];
}

export type StoreIndex = readonly IndexEntry[];

/** The index as it is on disk; `undefined` when it cannot be understood. A missing file is an empty store. */
export async function readIndex(paths: StorePaths): Promise<StoreIndex | undefined> {
  let text: string;
  try {
    text = await readFile(paths.index, 'utf8');
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT') return [];
    throw error;
  }
  const parsed = indexFile.safeParse(jsonOrUndefined(text));
  if (!parsed.success) return undefined;
  return (parsed.data.models ?? []).map(({ id, tags, files }) => ({
    id,
    tags: (tags ?? []).map(withoutShortHost),
    files: files ?? [],
  }));
}

export async function writeIndex(paths: StorePaths, index: StoreIndex): Promise<void> {
  await writeFileAtomic(paths.index, `${JSON.stringify({ models: index })}\n`);
}

// Contract model-runner §3.1: old stores spell Hugging Face's host short.
function withoutShortHost(tag: string): string {
  return tag.startsWith('hf.co/') ? `huggingface.co/${tag.slice('hf.co/'.length)}` : tag;
}
