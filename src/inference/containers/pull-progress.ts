import type { PullEvent } from '#docker';
import type { RuntimeInstallEvent } from '../types.ts';

export interface PullProgress {
  /** What all layers have come to, when an event changes that. */
  add(event: PullEvent): (RuntimeInstallEvent & { readonly type: 'progress' }) | undefined;
}

/** Sums the layers of a pull. The total grows while the Engine learns of layers, as it tells them. */
export function createPullProgress(): PullProgress {
  const layers = new Map<string, { receivedBytes: number; totalBytes: number }>();
  return {
    add({ id, status, currentBytes, totalBytes }) {
      if (id === undefined) return undefined;
      const layer = layers.get(id);
      // Extracting counts from zero again; what has come stays come.
      if (status === 'Downloading' && totalBytes !== undefined) {
        layers.set(id, { receivedBytes: currentBytes ?? 0, totalBytes });
      } else if (layer && (status === 'Download complete' || status === 'Pull complete')) {
        layers.set(id, { ...layer, receivedBytes: layer.totalBytes });
      } else return undefined;
      const all = [...layers.values()];
      return {
        type: 'progress',
        receivedBytes: all.reduce((sum, { receivedBytes }) => sum + receivedBytes, 0),
        totalBytes: all.reduce((sum, one) => sum + one.totalBytes, 0),
      };
    },
  };
}
