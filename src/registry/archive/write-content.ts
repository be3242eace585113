import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { digestFromHex, type Digest } from '#core';

export interface WriteContentOptions {
  /** Must not exist: an archive never writes through what is already there. */
  readonly path: string;
  readonly mode: number;
  /** Flush to the disk before returning. */
  readonly durable: boolean;
  readonly onChunk: (writtenBytes: number) => void;
}

/** Writes and hashes at the same time. `onChunk` may throw to stop. */
export async function writeContent(
  content: AsyncIterable<Uint8Array>,
  { path, mode, durable, onChunk }: WriteContentOptions,
): Promise<{ digest: Digest; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const file = await open(path, 'wx', mode);
  try {
    for await (const chunk of content) {
      onChunk(sizeBytes + chunk.byteLength);
      const writing = file.writeFile(chunk);
      hash.update(chunk);
      await writing;
      sizeBytes += chunk.byteLength;
    }
    if (durable) await file.datasync();
  } finally {
    await file.close();
  }
  return { digest: digestFromHex(hash.digest('hex')), sizeBytes };
}
