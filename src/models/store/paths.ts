import { join } from 'node:path';
import { digestHex, type Digest } from '#core';

/** Names inside a model store (contract model-runner §4.4). `locks` is ours; others ignore it. */
export interface StorePaths {
  readonly root: string;
  readonly layout: string;
  readonly index: string;
  readonly blobs: string;
  readonly manifests: string;
  readonly bundles: string;
  readonly locks: string;
  blob(digest: Digest): string;
  /** Where an unfinished blob lives; its journal is beside it with `.json`. */
  partial(digest: Digest): string;
  manifest(id: Digest): string;
  bundle(id: Digest): string;
  blobLock(digest: Digest): string;
  readonly indexLock: string;
}

export function storePaths(root: string): StorePaths {
  const blobs = join(root, 'blobs', 'sha256');
  const manifests = join(root, 'manifests', 'sha256');
  const bundles = join(root, 'bundles', 'sha256');
  const locks = join(root, 'locks');
  return {
    root,
    layout: join(root, 'layout.json'),
    index: join(root, 'models.json'),
    blobs,
    manifests,
    bundles,
    locks,
    blob: (digest) => join(blobs, digestHex(digest)),
    partial: (digest) => join(blobs, `${digestHex(digest)}.partial`),
    manifest: (id) => join(manifests, digestHex(id)),
    bundle: (id) => join(bundles, digestHex(id)),
    blobLock: (digest) => join(locks, `${digestHex(digest)}.lock`),
    indexLock: join(locks, 'index.lock'),
  };
}
