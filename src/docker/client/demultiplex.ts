import { AppError } from '#core';
import type { OutputChunk } from '../types.ts';

const headerBytes = 8;
/** The Engine writes frames of at most 16 KiB for logs and whatever the program wrote for attach; a broken stream must not fill memory. */
const maxFrameBytes = 64 * 1024 * 1024;

/**
 * Takes standard output and error apart: each piece has a header of one byte for the stream, three of zero and four for its
 * length. A piece is passed on as it comes, not when it is whole.
 */
export async function* demultiplex(source: AsyncIterable<Buffer>): AsyncGenerator<OutputChunk> {
  let header: Buffer = Buffer.alloc(0);
  let missing = 0;
  let stream: OutputChunk['stream'] = 'stdout';
  for await (const chunk of source) {
    let rest = chunk;
    while (rest.length > 0) {
      if (missing > 0) {
        const bytes = rest.subarray(0, missing);
        missing -= bytes.length;
        rest = rest.subarray(bytes.length);
        yield { stream, bytes };
        continue;
      }
      const taken = rest.subarray(0, headerBytes - header.length);
      header = header.length === 0 ? taken : Buffer.concat([header, taken]);
      rest = rest.subarray(taken.length);
      if (header.length < headerBytes) break;
      ({ stream, missing } = readHeader(header));
      header = Buffer.alloc(0);
    }
  }
}

function readHeader(header: Buffer): { stream: OutputChunk['stream']; missing: number } {
  const kind = header[0];
  const missing = header.readUInt32BE(4);
  if ((kind ?? 9) > 2 || header.readUIntBE(1, 3) !== 0 || missing > maxFrameBytes) {
    throw new AppError('docker.failed', 'The Docker Engine sent output that is not in frames.', {
      params: { reason: 'frames' },
    });
  }
  return { stream: kind === 2 ? 'stderr' : 'stdout', missing };
}
