import { readFile } from 'node:fs/promises';
import { AppError, errorCodeOf, type Digest } from '#core';
import { mediaTypes } from '../manifest/media-types.ts';
import type { Store } from '../store/store.ts';
import type { TextKind } from './types.ts';

const largestTextBytes = 4 * 1024 * 1024;

export const textTypes: Readonly<Record<TextKind, string>> = {
  licence: mediaTypes.licence,
  chatTemplate: mediaTypes.chatTemplate,
  instructions: 'application/vnd.gantry.model.instructions.v1+json',
};

/** The texts of one kind that a model carries, in their order. @throws AppError `model.invalid_file` */
export async function readTexts(store: Store, id: Digest, kind: TextKind): Promise<readonly string[]> {
  const { manifest } = await store.record(id);
  const texts: string[] = [];
  for (const { mediaType, digest, size } of manifest.layers) {
    if (mediaType !== textTypes[kind]) continue;
    if (size > largestTextBytes) throw unreadable(id, { digest, reason: 'it is too long for a text' });
    texts.push(await readText(store, { id, digest }));
  }
  return texts;
}

async function readText(store: Store, { id, digest }: { id: Digest; digest: Digest }): Promise<string> {
  try {
    return await readFile(store.paths.blob(digest), 'utf8');
  } catch (cause) {
    if (errorCodeOf(cause) !== 'ENOENT') throw cause;
    throw unreadable(id, { digest, reason: 'it is missing from the store' }, cause);
  }
}

function unreadable(id: Digest, { digest, reason }: { digest: Digest; reason: string }, cause?: unknown): AppError {
  return new AppError('model.invalid_file', `The text ${digest} of model ${id} cannot be read: ${reason}.`, {
    hint: 'Pull the model again; what is sound is kept.',
    params: { id, digest, reason },
    cause,
  });
}
