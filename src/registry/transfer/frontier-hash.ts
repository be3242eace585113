import { createHash } from 'node:crypto';
import { digestFromHex, type Digest } from '#core';

/** sha256 of a file that grows out of order. What arrives at the frontier is hashed from memory; the rest is read back when the frontier reaches it. */
export interface FrontierHash {
  /** Says that `[start, end)` is on disk now, and holds `buffers`. */
  written(start: number, buffers: readonly Uint8Array[]): void;
  /** Waits until everything below `size` is hashed. */
  finish(size: number): Promise<Digest>;
  /** Waits for reads under way and starts no more. */
  stop(): Promise<void>;
}

export interface FrontierHashOptions {
  readonly read: (buffer: Uint8Array, position: number) => Promise<number>;
  /** End of what is on disk without a gap from byte 0. */
  readonly frontier: () => number;
}

const readBytes = 1 << 20;

export function createFrontierHash({ read, frontier }: FrontierHashOptions): FrontierHash {
  const hash = createHash('sha256');
  let hashed = 0;
  let catchingUp: Promise<void> | undefined;
  let stopped = false;
  let failure: unknown;

  const catchUp = async (): Promise<void> => {
    // Two buffers, so that the next read runs while this one is hashed.
    const buffers = [Buffer.allocUnsafe(readBytes), Buffer.allocUnsafe(readBytes)] as const;
    let turn = 0;
    const readNext = (from: number): Promise<Uint8Array> => {
      const buffer = buffers[turn++ % 2 === 0 ? 0 : 1];
      const wanted = buffer.subarray(0, Math.min(readBytes, frontier() - from));
      return read(wanted, from).then((count) => wanted.subarray(0, count));
    };
    let pending = readNext(hashed);
    for (;;) {
      const part = await pending;
      if (part.byteLength === 0) throw new Error('a partial file is shorter than what was written to it');
      const next = hashed + part.byteLength;
      const isMore = !stopped && next < frontier();
      if (isMore) pending = readNext(next);
      hash.update(part);
      hashed = next;
      if (!isMore) return;
    }
  };

  const advance = (): void => {
    if (catchingUp !== undefined || stopped || failure !== undefined || hashed >= frontier()) return;
    catchingUp = catchUp()
      .catch((error: unknown) => {
        failure = error;
      })
      .finally(() => {
        catchingUp = undefined;
        advance();
      });
  };

  advance();
  return {
    written(start, buffers) {
      if (catchingUp === undefined && start === hashed) {
        for (const buffer of buffers) {
          hash.update(buffer);
          hashed += buffer.byteLength;
        }
      }
      advance();
    },
    async finish(size) {
      while (hashed < size && failure === undefined) {
        if (catchingUp === undefined) throw new Error(`only ${hashed} of ${size} bytes are on disk`);
        await catchingUp;
      }
      if (failure !== undefined) throw failure;
      return digestFromHex(hash.digest('hex'));
    },
    async stop() {
      stopped = true;
      await catchingUp;
    },
  };
}
