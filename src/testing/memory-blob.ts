import type { RemoteBlob } from '#registry';

export interface MemoryBlobOptions {
  readonly label?: string | undefined;
  readonly acceptsRanges?: boolean | undefined;
  /** Held back after the first chunk until this resolves. */
  readonly gate?: Promise<void> | undefined;
  /** Thrown after the first chunk. */
  readonly failure?: Error | undefined;
  readonly onOpen?: ((startByte: number) => void) | undefined;
}

const chunkBytes = 4096;

/** A remote blob whose bytes are in memory. */
export function memoryBlob(
  bytes: Uint8Array,
  { label = 'memory', acceptsRanges = true, gate, failure, onOpen }: MemoryBlobOptions = {},
): RemoteBlob {
  return {
    label,
    sizeBytes: bytes.length,
    acceptsRanges,
    async open({ startByte, endByte = bytes.length }, { signal }) {
      signal.throwIfAborted();
      onOpen?.(startByte);
      async function* chunks(): AsyncGenerator<Uint8Array> {
        for (let at = startByte; at < endByte; at += chunkBytes) {
          signal.throwIfAborted();
          yield bytes.subarray(at, Math.min(at + chunkBytes, endByte));
          if (failure) throw failure;
          if (gate) await whicheverFirst(gate, signal);
        }
      }
      return { startByte, totalBytes: bytes.length, chunks: chunks() };
    },
  };
}

function whicheverFirst(gate: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    gate.then(resolve, reject);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
