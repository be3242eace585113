import { AppError, shortId } from '#core';
import { notFound, type Resolved } from './resolve.ts';
import { withoutModel, withoutTags } from './store/edit-index.ts';
import type { StoreIndex } from './store/index-file.ts';
import type { Removed } from './types.ts';

/**
 * Decides a removal (contract model-runner §2.5): a tag among others only goes itself; the last tag, or the model named by
 * its id, takes the model along.
 * @throws AppError `model.not_found`, `model.conflict` for an id with several tags that is not forced
 */
export function removeFromIndex(
  index: StoreIndex,
  { resolved, text, force }: { resolved: Resolved | undefined; text: string; force: boolean },
): { index: StoreIndex; result: readonly Removed[] } {
  if (!resolved) throw notFound(text);
  const { entry, tag } = resolved;
  if (tag !== undefined && entry.tags.length > 1) {
    return { index: withoutTags(index, [tag]), result: [{ Untagged: tag }] };
  }
  if (tag === undefined && entry.tags.length > 1 && !force) {
    const tags = entry.tags.join(', ');
    throw new AppError('model.conflict', `Model ${shortId(entry.id)} has several tags: ${tags}.`, {
      hint: 'Remove the tags one by one, or remove the model with --force.',
      params: { id: shortId(entry.id), tags },
    });
  }
  const untagged = entry.tags.map((name): Removed => ({ Untagged: name }));
  return { index: withoutModel(index, entry.id), result: [...untagged, { Deleted: entry.id }] };
}
