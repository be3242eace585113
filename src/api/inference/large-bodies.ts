import { AppError } from '#core';
import { maxBodyBytes, readBody } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';

/** 100 MB of images, which clients accept, are a third more in base64. */
export const maxImageBodyBytes = 140 * 1024 * 1024;
/** What all large requests may hold in memory at once. */
const sharedBytes = 2 * maxImageBodyBytes;

/** What images are called by OpenAI's chats, its Responses, Anthropic and Ollama. */
const imageKeys = ['"image_url"', '"input_image"', '"image"', '"images"'];

/** Reads bodies that may hold images: larger than others where their length is declared, within a share of memory for all of them. */
export interface LargeBodies {
  /** @throws AppError as `readBody`, and `inference.queue_full` when other large requests have the memory */
  read(exchange: Exchange): Promise<Buffer>;
}

export function createLargeBodies(): LargeBodies {
  let usedBytes = 0;
  return {
    async read({ request, response }) {
      const declared = Number(request.headers['content-length'] ?? 0);
      if (!(declared > maxBodyBytes && declared <= maxImageBodyBytes)) return await readBody(request);
      if (usedBytes + declared > sharedBytes) {
        throw new AppError('inference.queue_full', 'Other large requests are being answered.', {
          hint: 'Send it again in a moment.',
          params: { retryAfterSeconds: 5 },
        });
      }
      usedBytes += declared;
      response.once('close', () => {
        usedBytes -= declared;
      });
      const body = await readBody(request, { limitBytes: declared });
      // Not worth parsing when there can be no image in it.
      checkSize(body, { holdsImages: imageKeys.some((key) => body.includes(key)) });
      return body;
    },
  };
}

/** A body this large is for images alone. @throws AppError `request.too_large` */
export function checkSize(body: Buffer, { holdsImages }: { holdsImages: boolean }): void {
  if (body.length <= maxBodyBytes || holdsImages) return;
  throw new AppError('request.too_large', 'The request body is larger than 10 MiB.', {
    hint: 'Send less at once.',
    params: { limitBytes: maxBodyBytes },
  });
}
