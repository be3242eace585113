import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { AppError, errorCodeOf } from '#core';
import type { RemoteBlob } from '../types.ts';

/** A file of this machine, read as if it were remote. */
export function fileBlob(path: string): RemoteBlob {
  return {
    label: path,
    sizeBytes: undefined,
    acceptsRanges: true,
    async open({ startByte, endByte }, { signal }) {
      const { size } = await statFile(path);
      const last = Math.min(endByte ?? size, size) - 1;
      const chunks =
        last < startByte ? emptyContent() : createReadStream(path, { start: startByte, end: last, signal });
      return { startByte, totalBytes: size, chunks };
    },
  };
}

async function statFile(path: string): Promise<{ size: number }> {
  try {
    return await stat(path);
  } catch (cause) {
    if (errorCodeOf(cause) !== 'ENOENT') throw cause;
    throw new AppError('source.not_found', `The file ${path} does not exist.`, { params: { path }, cause });
  }
}

async function* emptyContent(): AsyncIterable<Uint8Array> {
  // Nothing to read.
}
