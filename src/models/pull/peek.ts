import type { RemoteBlob } from '#registry';
import { checkPreamble, preambleBytes } from '../gguf/parse-header.ts';

// Below this the whole file is fetched as quickly as its beginning.
const worthPeekingBytes = 4 * 1024 * 1024;

/**
 * Reads the first bytes of a large remote file and refuses one that is not GGUF before its body is fetched.
 * @throws AppError `model.invalid_file`, `source.*`
 */
export async function refuseForeignMagic(source: RemoteBlob, signal: AbortSignal): Promise<void> {
  if (!source.acceptsRanges || (source.sizeBytes ?? 0) < worthPeekingBytes) return;
  const enough = new AbortController();
  const body = await source.open(
    { startByte: 0, endByte: preambleBytes },
    { signal: AbortSignal.any([signal, enough.signal]) },
  );
  let head = Buffer.alloc(0);
  try {
    for await (const chunk of body.chunks) {
      head = Buffer.concat([head, chunk.subarray(0, preambleBytes - head.length)]);
      if (head.length >= preambleBytes) break;
    }
  } finally {
    enough.abort();
  }
  checkPreamble(source.label, head);
}
