import type { RemovedManyBody, RemoveImagesRequest } from '#contract';
import { AppError } from '#core';
import { listContainers, listImages, removeImage } from '#docker';
import { removeListed } from '../docker/remove-listed.ts';
import type { DockerViews } from '../types.ts';

/**
 * Removes the images that were shown, when they are still what was shown: with the same names, and used by no container.
 * @throws AppError `request.conflict` when one is not; nothing is removed then
 */
export async function removeImages(
  { docker }: Pick<DockerViews, 'docker'>,
  { images }: RemoveImagesRequest,
  { signal }: { readonly signal: AbortSignal },
): Promise<RemovedManyBody> {
  const [all, containers] = await Promise.all([listImages(docker, { signal }), listContainers(docker, { signal })]);
  const tagsById = new Map(all.map(({ id, tags }) => [id, tags]));
  const used = new Set(containers.map(({ imageId }) => imageId));
  const changed = images.filter(({ id, tags }) => {
    const now = tagsById.get(id);
    return !now || used.has(id) || now.length !== tags.length || now.some((tag) => !tags.includes(tag));
  });
  const [first] = changed;
  if (first) {
    const name = first.tags[0] ?? first.id;
    throw new AppError('request.conflict', `${name} is another by now, is in use, or is gone. Nothing was removed.`, {
      hint: 'Look at the list again, and choose from what is there.',
      params: { reason: 'images_changed', name },
    });
  }
  return await removeListed({
    items: images,
    nameOf: ({ id }) => id,
    // Name by name, so that the Engine itself refuses one that came into use meanwhile.
    remove: async ({ id, tags }) => {
      for (const name of tags.length > 0 ? tags : [id]) await removeImage(docker, name, { force: false });
    },
  });
}
