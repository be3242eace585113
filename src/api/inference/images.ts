import { AppError } from '#core';
import type { Models } from '#models';
import { isObject } from '../http/body.ts';
import type { JsonObject } from './json.ts';

/** The images of a chat, as they were sent. */
function imagesOf({ messages }: JsonObject): readonly unknown[] {
  if (!Array.isArray(messages)) return [];
  return messages.flatMap((message: unknown) => {
    const content = isObject(message) ? message['content'] : undefined;
    if (!Array.isArray(content)) return [];
    return content.flatMap((part: unknown) =>
      isObject(part) && part['type'] === 'image_url' ? [part['image_url']] : [],
    );
  });
}

export function hasImages(fields: JsonObject): boolean {
  return imagesOf(fields).length > 0;
}

/**
 * Refuses images that cannot be seen, before a model is loaded for them. An address on the network is never fetched: a text from
 * anywhere could make this machine ask for anything.
 * @throws AppError `request.invalid`, `inference.unsupported`, `model.not_found`
 */
export async function checkImages(
  fields: JsonObject,
  { model, models }: { model: string; models: Pick<Models, 'get' | 'bundle'> },
): Promise<void> {
  const images = imagesOf(fields);
  if (images.length === 0) return;
  for (const image of images) {
    const url = isObject(image) ? image['url'] : image;
    if (typeof url !== 'string' || !/^data:image\/[\w.+-]+;base64,/.test(url.slice(0, 100))) {
      throw new AppError('request.invalid', 'An image must be a data URL, such as data:image/png;base64,….', {
        hint: 'Send the image itself; addresses on the network are not fetched.',
        params: { param: 'messages', reason: 'image_url' },
      });
    }
  }
  const { id, config } = await models.get(model);
  if (config.format !== 'gguf') return;
  const { mmprojPath } = await models.bundle(id);
  if (mmprojPath !== undefined) return;
  throw new AppError('inference.unsupported', `${model.slice(0, 200)} cannot see images.`, {
    hint: 'Use a multimodal model, one that was packaged with its projector (mmproj).',
    params: { reason: 'no_images', model: model.slice(0, 200) },
  });
}
