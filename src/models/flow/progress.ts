import type { Clock } from '#core';
import type { PullEvent } from '../types.ts';

const intervalMs = 100;
const intervalBytes = 1_000_000;

/** Reports what one layer has, never going back. */
export type LayerProgress = (receivedBytes: number, sizeBytes?: number) => void;

/**
 * Makes progress events of one model: at most one per layer in 100 ms or megabyte (contract model-runner §2.4), each
 * layer's bytes and the total never smaller than said before, and one at the end of each layer.
 */
export function createProgress({
  clock,
  emit,
  totalBytes,
}: {
  clock: Clock;
  emit: (event: PullEvent) => void;
  totalBytes: number;
}): { layer(name: string, sizeBytes: number): LayerProgress } {
  let total = totalBytes;
  return {
    layer(layer, statedBytes) {
      let size = statedBytes;
      let told = -1;
      let toldAt = Number.NEGATIVE_INFINITY;
      return (received, sizeBytes) => {
        if (sizeBytes !== undefined && sizeBytes > size) {
          total += sizeBytes - size;
          size = sizeBytes;
        }
        if (received <= told) return;
        const now = clock.monotonic();
        const isDue = now - toldAt >= intervalMs || received - told >= intervalBytes || (size > 0 && received >= size);
        if (!isDue) return;
        told = received;
        toldAt = now;
        emit({ type: 'progress', layer, sizeBytes: size, receivedBytes: received, totalBytes: total });
      };
    },
  };
}

/** Progress of one layer replaces earlier progress of the same layer; everything else is kept. */
export function progressKey(event: PullEvent): string | undefined {
  return event.type === 'progress' ? `progress ${event.layer}` : undefined;
}
