import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AppError, digestFromHex } from '#core';
import type { Transfer } from '#registry';

/** The transfer's contract in its plainest form: one stream, resumed from the partial file, verified, renamed. */
export const simpleTransfer: Transfer = async (blob, { destination, partial, expected, signal, onProgress }) => {
  await mkdir(dirname(destination), { recursive: true });
  let received = (await readFile(partial).catch(() => Buffer.alloc(0))).length;
  const start = received;
  const body = await blob.open({ startByte: received }, { signal });
  await appendFile(partial, '');
  for await (const chunk of body.chunks) {
    signal.throwIfAborted();
    await appendFile(partial, chunk);
    received += chunk.length;
    onProgress?.(received, blob.sizeBytes);
  }
  const bytes = await readFile(partial);
  const digest = digestFromHex(createHash('sha256').update(bytes).digest('hex'));
  const isWrong =
    (expected.digest !== undefined && expected.digest !== digest) ||
    (expected.sizeBytes !== undefined && expected.sizeBytes !== bytes.length);
  if (isWrong) {
    await rm(partial);
    throw new AppError('source.digest_mismatch', `${blob.label} is not what it should be.`);
  }
  await rename(partial, destination);
  return { digest, sizeBytes: bytes.length, fetchedBytes: received - start };
};
