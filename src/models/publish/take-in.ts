import { AppError, formatSize, type Digest } from '#core';
import { runAll } from '../flow/limiter.ts';
import { createProgress, type LayerProgress } from '../flow/progress.ts';
import { hashFile } from '../import/hash-file.ts';
import { takeIn, takeInCopy, type ImportDeps } from '../import/local-file.ts';
import type { ArtifactFile } from '../manifest/build.ts';
import type { PullContext } from '../pull/context.ts';
import type { Ingredient } from './gather.ts';

// Hashing is bound by the processor, and one core is left for everything else.
const filesAtOnce = 2;
/** Up to here a file that people edit is copied; a larger one in a folder is data, and shared like weights. */
const copiedBytes = 16 * 1024 * 1024;

/** Brings files into the store, each read once, and says what they are called there. Their order is kept. */
export async function takeInAll(
  deps: ImportDeps,
  ingredients: readonly Ingredient[],
  context: PullContext,
): Promise<readonly ArtifactFile[]> {
  for (const { kind, name, file } of ingredients) {
    if ((kind === 'chatTemplate' || kind === 'licence') && file.sizeBytes > copiedBytes)
      throw tooLarge(name, file.sizeBytes);
  }
  const totalBytes = ingredients.reduce((sum, { file }) => sum + file.sizeBytes, 0);
  const progress = createProgress({ clock: deps.clock, emit: context.emit, totalBytes });
  return await runAll(
    ingredients,
    async ({ kind, name, file }, signal): Promise<ArtifactFile> => {
      const onProgress = progress.layer(name, file.sizeBytes);
      const digest = await takeInOne({ kind, name, file }, { deps, context: { ...context, signal }, onProgress });
      return { kind, name, digest, sizeBytes: file.sizeBytes };
    },
    { limit: filesAtOnce, signal: context.signal },
  );
}

async function takeInOne(
  { kind, file }: Ingredient,
  { deps, context, onProgress }: { deps: ImportDeps; context: PullContext; onProgress: LayerProgress },
): Promise<Digest> {
  const isEdited = kind === 'chatTemplate' || kind === 'licence' || kind === 'file';
  if (isEdited && file.sizeBytes <= copiedBytes) {
    const digest = await takeInCopy(deps, file);
    onProgress(file.sizeBytes);
    return digest;
  }
  const digest = await hashFile(file.path, { signal: context.signal, onProgress });
  await takeIn(deps, { file, digest }, context);
  return digest;
}

function tooLarge(file: string, sizeBytes: number): AppError {
  return new AppError('model.invalid_file', `${file} has ${formatSize(sizeBytes)}, too much for a text.`, {
    params: { reason: 'text_too_large', file, size: formatSize(sizeBytes) },
  });
}
