import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { digestFromHex, silentLog, systemClock, type Digest } from '#core';
import {
  createHttpClient,
  createTransfer,
  httpBlob,
  type RemoteBlob,
  type TransferLimits,
  type TransferOptions,
} from '#registry';

/** Pieces so small that the content is many. */
export const small: Partial<TransferLimits> = {
  pieceBytes: 16_384,
  parallelFromBytes: 32_768,
  batchBytes: 4096,
  journalBytes: 8192,
  backoffBaseMs: 1,
  backoffMaxMs: 2,
};

export function digestOf(bytes: Uint8Array): Digest {
  return digestFromHex(createHash('sha256').update(bytes).digest('hex'));
}

/** 300,000 bytes to fetch, places for them, and transfers of it. The client is to be closed. */
export function createTransferWorld() {
  const http = createHttpClient({ env: {}, clock: systemClock });
  const content = randomBytes(300_000);
  const digest = digestOf(content);
  return {
    http,
    content,
    digest,
    place: async (overrides: Partial<TransferOptions> = {}): Promise<TransferOptions & { folder: string }> => {
      const folder = await mkdtemp(join(tmpdir(), 'gantry-transfer-'));
      return {
        folder,
        destination: join(folder, 'blob'),
        partial: join(folder, 'blob.incomplete'),
        expected: { digest, sizeBytes: content.length },
        signal: new AbortController().signal,
        ...overrides,
      };
    },
    blobAt: (url: string, options: { sizeBytes?: number } = { sizeBytes: content.length }): RemoteBlob =>
      httpBlob({ http, url, label: 'the blob', ...options }),
    transferWith: (limits: Partial<TransferLimits> = {}) =>
      createTransfer({ clock: systemClock, log: silentLog, limits: { ...small, ...limits } }),
  };
}
