import { createHash, randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, delay, writeFileAtomic, type Clock } from '#core';
import { verifyIntegrity, type NpmRegistry, type PythonIndex, type RemoteBlob } from '#registry';
import type { LockedPackage, LockedWheel } from './lock.ts';

/** What every archive has, wherever it comes from. */
export interface Locked {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

export interface PackageDeps<One extends Locked> {
  readonly find: (locked: One, options: { readonly signal: AbortSignal }) => Promise<RemoteBlob>;
  readonly clock: Clock;
  /** Where archives are kept, by what they are. */
  readonly folder: string;
}

export interface PackageOptions {
  readonly signal: AbortSignal;
  /** After each package. */
  readonly onPackage?: ((done: number) => void) | undefined;
}

const atOnce = 8;
const largestArchiveBytes = 128 << 20;
const mostAttempts = 4;
const firstPauseMs = 250;
const passing = new Set<string>(['source.unreachable', 'source.stalled', 'source.truncated', 'source.rate_limited']);

/**
 * The archives of packages, checked against their locks: what was fetched before is not fetched again, and what is not exactly what
 * was locked never gets its name.
 */
export async function fetchPackages<One extends Locked>(
  deps: PackageDeps<One>,
  packages: readonly One[],
  { signal, onPackage }: PackageOptions,
): Promise<ReadonlyMap<One, string>> {
  await mkdir(deps.folder, { recursive: true });
  const paths = new Map<One, string>();
  // The same archive may lie at several places of one tree.
  const byIntegrity = new Map<string, One[]>();
  for (const one of packages) byIntegrity.set(one.integrity, [...(byIntegrity.get(one.integrity) ?? []), one]);
  const queue = [...byIntegrity.values()];
  const failing = new AbortController();
  const both = AbortSignal.any([signal, failing.signal]);
  async function work(): Promise<void> {
    for (let group = queue.shift(); group !== undefined; group = queue.shift()) {
      const [first] = group;
      if (first === undefined) continue;
      const path = await fetchOne(deps, first, both);
      for (const one of group) {
        paths.set(one, path);
        onPackage?.(paths.size);
      }
    }
  }
  const workers = Array.from({ length: atOnce }, () =>
    work().catch((error: unknown) => {
      failing.abort(error);
      throw error;
    }),
  );
  const results = await Promise.allSettled(workers);
  signal.throwIfAborted();
  if (failing.signal.aborted) throw failing.signal.reason;
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  return paths;
}

/** Archives of npm's registry. */
export function fromNpm(npm: NpmRegistry): PackageDeps<LockedPackage>['find'] {
  return async ({ name, version }, { signal }) => (await npm.tarball(name, { version, signal })).blob;
}

/** Wheels of the indexes that pip is configured for. */
export function fromPython(index: PythonIndex): PackageDeps<LockedWheel>['find'] {
  return async ({ name, version, file }, { signal }) => {
    const files = await index.files(name, { signal });
    const found = files.find(({ filename }) => filename === file);
    if (found) return found.blob;
    throw new AppError('source.not_found', `No index of pip has ${file}.`, {
      hint: 'Check the index that pip is configured for: pip config list',
      params: { reason: 'wheel', name, version, file },
    });
  };
}

async function fetchOne<One extends Locked>(deps: PackageDeps<One>, locked: One, signal: AbortSignal): Promise<string> {
  const { integrity } = locked;
  const destination = join(deps.folder, `${createHash('sha256').update(integrity).digest('hex').slice(0, 40)}.tgz`);
  if (await isVerified(destination, integrity, signal)) return destination;
  const bytes = await withRetries(deps.clock, signal, async () => {
    return await readBlob(await deps.find(locked, { signal }), signal);
  });
  const unchecked = `${destination}.${randomBytes(6).toString('hex')}.new`;
  try {
    await writeFileAtomic(unchecked, bytes);
    await verifyIntegrity(unchecked, { integrity, signal });
    await rename(unchecked, destination);
  } finally {
    await rm(unchecked, { force: true });
  }
  return destination;
}

async function readBlob(blob: RemoteBlob, signal: AbortSignal): Promise<Buffer> {
  const { chunks } = await blob.open({ startByte: 0 }, { signal });
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of chunks) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > largestArchiveBytes) {
      throw new AppError('source.invalid_response', `${blob.label} is larger than any package that is needed.`, {
        params: { reason: 'npm_archive', name: blob.label, version: '' },
      });
    }
    parts.push(chunk);
  }
  return Buffer.concat(parts);
}

async function withRetries<T>(clock: Clock, signal: AbortSignal, attempt: () => Promise<T>): Promise<T> {
  for (let failures = 0; ;) {
    try {
      return await attempt();
    } catch (error) {
      failures += 1;
      const passes = error instanceof AppError && passing.has(error.code);
      if (!passes || failures >= mostAttempts || signal.aborted) throw error;
      await delay(firstPauseMs * 2 ** failures, { clock, signal });
    }
  }
}

async function isVerified(path: string, integrity: string, signal: AbortSignal): Promise<boolean> {
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (!isThere) return false;
  try {
    await verifyIntegrity(path, { integrity, signal });
    return true;
  } catch {
    signal.throwIfAborted();
    // Damaged on disk since.
    await rm(path, { force: true });
    return false;
  }
}
