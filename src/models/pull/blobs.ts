import { randomBytes } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock, Digest } from '#core';
import type { RemoteBlob, Transfer } from '#registry';
import { createSharedTasks } from '../flow/shared-tasks.ts';
import type { StorePaths } from '../store/paths.ts';
import { sizeOf } from '../store/store.ts';
import { waitForLock } from '../store/wait-for-lock.ts';
import type { LayerFetchOptions } from './context.ts';
import { refuseForeignMagic } from './peek.ts';

export interface BlobRequest extends LayerFetchOptions {
  readonly source: RemoteBlob;
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** Whether the first bytes must be those of a GGUF file. */
  readonly isGguf: boolean;
}

/** Brings blobs into the store: once however many ask, here or in another process. */
export interface Blobs {
  fetch(request: BlobRequest): Promise<{ digest: Digest; sizeBytes: number }>;
  /** As `fetch` for a blob whose source does not know its digest. Not resumable, so only for small files. */
  fetchUnnamed(
    source: RemoteBlob,
    options: LayerFetchOptions & { sizeBytes: number },
  ): Promise<{ digest: Digest; sizeBytes: number }>;
}

type BlobEvent =
  | { readonly type: 'bytes'; readonly received: number; readonly size: number | undefined }
  | { readonly type: 'status'; readonly message: string };

export interface BlobsDeps {
  readonly paths: StorePaths;
  readonly transfer: Transfer;
  readonly clock: Clock;
}

export function createBlobs({ paths, transfer, clock }: BlobsDeps): Blobs {
  const shared = createSharedTasks<BlobEvent, void>({
    replaces: (event) => (event.type === 'bytes' ? 'bytes' : undefined),
  });

  async function download(
    { source, digest, sizeBytes, isGguf }: BlobRequest,
    { signal, emit }: { signal: AbortSignal; emit: (event: BlobEvent) => void },
  ): Promise<void> {
    const onWait = ({ pid }: { pid: number }): void =>
      emit({ type: 'status', message: `Waiting for process ${pid}, which is downloading the same file` });
    await using _lock = await waitForLock(paths.blobLock(digest), { clock, signal, onWait });
    if ((await sizeOf(paths.blob(digest))) === sizeBytes) return;
    const partial = paths.partial(digest);
    if (isGguf && (await sizeOf(partial)) === undefined) await refuseForeignMagic(source, signal);
    await transfer(source, {
      destination: paths.blob(digest),
      partial,
      expected: { digest, sizeBytes },
      signal,
      onProgress: (received, size) => emit({ type: 'bytes', received, size }),
    });
  }

  return {
    async fetch(request) {
      const { digest, sizeBytes, signal, onProgress, onStatus } = request;
      const onEvent = (event: BlobEvent): void => {
        if (event.type === 'bytes') onProgress(event.received, event.size);
        else onStatus(event.message);
      };
      while ((await sizeOf(paths.blob(digest))) !== sizeBytes) {
        const { started, result } = shared.join(digest, (context) => download(request, context), { signal, onEvent });
        try {
          await result;
        } catch (error) {
          // Somebody else's failure, say a wrong token, need not be ours.
          if (started || signal.aborted) throw error;
        }
      }
      onProgress(sizeBytes, sizeBytes);
      return { digest, sizeBytes };
    },

    async fetchUnnamed(source, { signal, onProgress, sizeBytes }) {
      const temporary = join(paths.blobs, `unnamed.${process.pid}.${randomBytes(8).toString('hex')}.tmp`);
      try {
        const result = await transfer(source, {
          destination: temporary,
          partial: `${temporary}.partial`,
          expected: { sizeBytes },
          signal,
          onProgress,
        });
        await rename(temporary, paths.blob(result.digest));
        return result;
      } finally {
        for (const path of [temporary, `${temporary}.partial`, `${temporary}.partial.json`])
          await rm(path, { force: true });
      }
    },
  };
}
