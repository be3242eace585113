import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { digestFromHex, type Digest } from '#core';

/** sha256 of a file, told as it goes. */
export async function hashFile(
  path: string,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (bytes: number) => void },
): Promise<Digest> {
  const hash = createHash('sha256');
  let done = 0;
  const stream: AsyncIterable<Buffer> = createReadStream(path, { signal, highWaterMark: 1024 * 1024 });
  for await (const chunk of stream) {
    hash.update(chunk);
    done += chunk.length;
    onProgress(done);
  }
  return digestFromHex(hash.digest('hex'));
}
