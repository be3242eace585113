/** Collects small chunks into large writes; one write runs while the next batch fills, so memory stays bounded. */
export interface BatchWriter {
  /** Waits while a write is under way and another batch is full. */
  push(chunk: Uint8Array): Promise<void> | undefined;
  flush(): Promise<void>;
}

export interface BatchWriterOptions {
  readonly start: number;
  readonly batchBytes: number;
  readonly write: (start: number, buffers: readonly Uint8Array[]) => Promise<void>;
}

export function createBatchWriter({ start, batchBytes, write }: BatchWriterOptions): BatchWriter {
  let position = start;
  let batch: Uint8Array[] = [];
  let size = 0;
  let running: Promise<void> = Promise.resolve();

  const submit = async (): Promise<void> => {
    await running;
    if (size === 0) return;
    const [at, buffers] = [position, batch];
    position += size;
    batch = [];
    size = 0;
    running = write(at, buffers);
    // Whoever pushes or flushes next sees the failure.
    running.catch(() => undefined);
  };
  return {
    push(chunk) {
      batch.push(chunk);
      size += chunk.byteLength;
      return size >= batchBytes ? submit() : undefined;
    },
    async flush() {
      await submit();
      await running;
    },
  };
}
