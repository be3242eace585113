import { statfs } from 'node:fs/promises';
import { AppError, formatSize, type Clock, type Digest } from '#core';
import { createLimiter, runAll, type Limiter } from '../flow/limiter.ts';
import { createProgress } from '../flow/progress.ts';
import { sizeOf } from '../store/store.ts';
import type { StorePaths } from '../store/paths.ts';
import type { LayerFetch, PullContext } from './context.ts';

const pullsAtOnce = 3;
const layersAtOnce = 3;
// Room for manifests, the index and what others write meanwhile.
const spareBytes = 64 * 1024 * 1024;

/** Fetches the layers of one model, several at once, and only so many models at once. */
export type FetchLayers = (
  layers: readonly LayerFetch[],
  context: PullContext,
) => Promise<readonly { readonly digest: Digest; readonly sizeBytes: number }[]>;

export interface LayersDeps {
  readonly paths: StorePaths;
  readonly clock: Clock;
  /** Bytes free for us on the file system of a folder. */
  readonly freeBytes?: ((folder: string) => Promise<number>) | undefined;
}

export function createLayerFetcher({ paths, clock, freeBytes = freeOnDisk }: LayersDeps): FetchLayers {
  const pulls: Limiter = createLimiter(pullsAtOnce);

  async function missingBytes(layers: readonly LayerFetch[]): Promise<number> {
    let missing = 0;
    for (const { digest, sizeBytes } of layers) {
      const present = digest === undefined ? undefined : await sizeOf(paths.blob(digest));
      if (present !== sizeBytes) missing += sizeBytes;
    }
    return missing;
  }

  // Nothing to fetch is nothing to report: a pull of what is here shows no progress.
  async function allPresent(layers: readonly LayerFetch[]) {
    if ((await missingBytes(layers)) > 0) return undefined;
    const known = layers.flatMap(({ digest, sizeBytes }) => (digest === undefined ? [] : [{ digest, sizeBytes }]));
    return known.length === layers.length ? known : undefined;
  }

  return async (layers, { signal, emit }) => {
    const totalBytes = layers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const progress = createProgress({ clock, emit, totalBytes });
    const fetchAll = async () => {
      const missing = await missingBytes(layers);
      if (missing > 0) await refuseFullDisk(missing);
      return await runAll(
        layers,
        (layer, layerSignal) =>
          layer.fetch({
            signal: layerSignal,
            onProgress: progress.layer(layer.label, layer.sizeBytes),
            onStatus: (message) => emit({ type: 'status', message }),
          }),
        { limit: layersAtOnce, signal },
      );
    };
    const present = await allPresent(layers);
    if (present) return present;
    const onWait = (running: number): void =>
      emit({ type: 'status', message: `Waiting for ${running} other downloads to finish` });
    return await pulls.run(fetchAll, { signal, onWait });
  };

  async function refuseFullDisk(needed: number): Promise<void> {
    const free = await freeBytes(paths.root);
    if (free >= needed + spareBytes) return;
    throw new AppError(
      'store.disk_full',
      `The model needs ${formatSize(needed)}, but ${paths.root} has only ${formatSize(free)} left.`,
      {
        hint: 'Free some space, for example with: gantry rm MODEL',
        params: { path: paths.root, needed: formatSize(needed), free: formatSize(free) },
      },
    );
  }
}

async function freeOnDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}
