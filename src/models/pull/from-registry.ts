import { readFile } from 'node:fs/promises';
import { formatReference, type OciRegistry, type RegistryReference, type ResolvedManifest } from '#registry';
import { isGgufLayer } from '../manifest/bundle-files.ts';
import { checkSupported } from '../manifest/parse-manifest.ts';
import { sizeOf, type Store } from '../store/store.ts';
import type { Blobs } from './blobs.ts';
import type { Acquired, LayerFetch, PullContext } from './context.ts';
import type { FetchLayers } from './layers.ts';
import { verifyGgufLayers } from './verify.ts';

export interface RegistrySourceDeps {
  readonly store: Store;
  readonly registry: OciRegistry;
  readonly blobs: Blobs;
  readonly fetchLayers: FetchLayers;
}

const largestConfigBytes = 8 * 1024 * 1024;

/** Fetches what a resolved manifest names. @throws AppError `model.unsupported`, `model.invalid_file`, `source.*` */
export async function acquireFromRegistry(
  { store, registry, blobs, fetchLayers }: RegistrySourceDeps,
  { reference, resolved }: { reference: RegistryReference; resolved: ResolvedManifest },
  context: PullContext,
): Promise<Acquired> {
  const { manifest } = resolved;
  const name = formatReference(reference);
  checkSupported(name, manifest);
  const config = await configBytes();
  const layers = manifest.layers.map((descriptor): LayerFetch => ({
    label: descriptor.digest,
    digest: descriptor.digest,
    sizeBytes: descriptor.size,
    fetch: (options) =>
      blobs.fetch({
        ...options,
        source: registry.blob(reference, descriptor, { bearerToken: context.bearerToken }),
        digest: descriptor.digest,
        sizeBytes: descriptor.size,
        isGguf: isGgufLayer(descriptor),
      }),
  }));
  await fetchLayers(layers, context);
  await verifyGgufLayers(store, manifest);
  const tag = reference.digest === undefined ? name : undefined;
  return { manifest: resolved.bytes, config, tag, name };

  async function configBytes(): Promise<Uint8Array> {
    const { config: descriptor } = manifest;
    const path = store.paths.blob(descriptor.digest);
    if ((await sizeOf(path)) === descriptor.size) return await readFile(path);
    const { signal, bearerToken } = context;
    return await registry.readBlob(reference, { signal, bearerToken, descriptor, maxBytes: largestConfigBytes });
  }
}
