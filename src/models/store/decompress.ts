import { createReadStream } from 'node:fs';
import { mkdir, open, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream';
import * as zlib from 'node:zlib';
import { AppError, errorCodeOf, formatSize } from '#core';
import type { Compression } from '../manifest/layer-kinds.ts';

/** Weights hardly shrink, and texts by ten; what grows more than this was made to fill the disk. */
const mostGrowth = 100;
const alwaysAllowedBytes = 64 * 1024 * 1024;
/** Left to others on the disk. */
const spareBytes = 64 * 1024 * 1024;
const readBytes = 1024 * 1024;

export interface Packed {
  readonly path: string;
  readonly compression: Compression;
}

/**
 * What a compressed file holds, a chunk at a time.
 * @throws AppError `model.invalid_file` for damage and for content without end, `store.disk_full`, `model.unsupported`
 */
export async function* decompress({ path, compression }: Packed): AsyncGenerator<Uint8Array, void, void> {
  const [{ size }, { bavail, bsize }] = await Promise.all([stat(path), statfs(dirname(path))]);
  const allowed = Math.max(size * mostGrowth, alwaysAllowedBytes);
  const free = Math.max(0, bavail * bsize - spareBytes);
  const source = pipeline(createReadStream(path, { highWaterMark: readBytes }), decoder(compression), () => undefined);
  let seen = 0;
  try {
    for await (const chunk of source as AsyncIterable<Uint8Array>) {
      seen += chunk.length;
      if (seen > allowed) throw invalid('it grows out of all proportion when it is unpacked');
      if (seen > free) throw diskFull(path, free);
      yield chunk;
    }
  } catch (error) {
    throw error instanceof AppError || !isDamage(error) ? error : invalid('its compressed data is damaged', error);
  }
}

/** Writes a new file with what a compressed one holds. */
export async function decompressTo(target: string, packed: Packed): Promise<void> {
  await mkdir(dirname(target), { recursive: true });
  const file = await open(target, 'wx', 0o644);
  try {
    for await (const chunk of decompress(packed)) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

function decoder(compression: Compression): NodeJS.ReadWriteStream {
  if (compression === 'gzip') return zlib.createGunzip();
  // Node has it from 22.15 on.
  const create = (zlib as { createZstdDecompress?: () => NodeJS.ReadWriteStream }).createZstdDecompress;
  if (create) return create();
  throw new AppError('model.unsupported', "The model's weights are compressed with zstd, which needs Node 22.15.", {
    hint: 'Run Gantry with a newer Node.',
    params: { reason: 'zstd', actual: 'zstd' },
  });
}

function isDamage(error: unknown): boolean {
  return /^(Z_|ZSTD_|ERR_ZSTD|ERR_STREAM_PREMATURE_CLOSE)/.test(errorCodeOf(error) ?? '');
}

function invalid(detail: string, cause?: unknown): AppError {
  return new AppError('model.invalid_file', `A compressed file of the model is not usable: ${detail}.`, {
    hint: 'Do not use this model unless you trust its publisher; if you do, tell them.',
    params: { reason: 'compressed', detail },
    cause,
  });
}

function diskFull(path: string, freeBytes: number): AppError {
  const free = formatSize(freeBytes);
  return new AppError('store.disk_full', `The model does not fit on the disk when it is unpacked: ${free} are left.`, {
    hint: 'Free some space, for example with: gantry rm MODEL',
    params: { reason: 'unpacking', path, free },
  });
}
