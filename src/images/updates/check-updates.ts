import { toAppError } from '#core';
import { readApk } from '../packages/apk.ts';
import { paragraphs } from '../packages/dpkg.ts';
import type { Inventory, OsRelease, Package } from '../types.ts';
import { decompress, fileIn } from './decompress.ts';
import type { FetchIndex, PendingUpdate, UpdateReport } from './types.ts';
import { compareApkVersions, compareDebVersions } from './versions.ts';

export interface Mirrors {
  readonly debian: string;
  readonly ubuntu: string;
  readonly alpine: string;
}

export const publicMirrors: Mirrors = {
  debian: 'https://deb.debian.org/debian-security',
  ubuntu: 'https://security.ubuntu.com/ubuntu',
  alpine: 'https://dl-cdn.alpinelinux.org/alpine',
};

interface IndexPlace {
  readonly url: string;
  readonly kind: 'deb' | 'apk';
  readonly compression: 'xz' | 'gz';
}

const apkArchitectures: Readonly<Record<string, string>> = {
  amd64: 'x86_64',
  arm64: 'aarch64',
  '386': 'x86',
  arm: 'armv7',
};
const debArchitectures: Readonly<Record<string, string>> = { '386': 'i386', arm: 'armhf' };
const word = /^[a-z0-9.-]+$/;

/** Where the distribution keeps what is fixed; undefined for those whose indexes are not read here. */
export function indexesOf(
  os: OsRelease,
  architecture: string,
  mirrors: Mirrors = publicMirrors,
): readonly IndexPlace[] {
  const { id, version, codename } = os;
  const deb = debArchitectures[architecture] ?? architecture;
  // They come from the image and become a part of a URL.
  if (![id, version, codename || 'none', architecture].every((text) => word.test(text))) return [];
  if (id === 'debian' && codename !== '') {
    return [
      {
        url: `${mirrors.debian}/dists/${codename}-security/main/binary-${deb}/Packages.xz`,
        kind: 'deb',
        compression: 'xz',
      },
    ];
  }
  if (id === 'ubuntu' && codename !== '') {
    return ['main', 'universe'].map((part) => ({
      url: `${mirrors.ubuntu}/dists/${codename}-security/${part}/binary-${deb}/Packages.xz`,
      kind: 'deb',
      compression: 'xz',
    }));
  }
  const release = /^\d+\.\d+/.exec(version)?.[0];
  if (id === 'alpine' && release) {
    const cpu = apkArchitectures[architecture] ?? architecture;
    return ['main', 'community'].map((part) => ({
      url: `${mirrors.alpine}/v${release}/${part}/${cpu}/APKINDEX.tar.gz`,
      kind: 'apk',
      compression: 'gz',
    }));
  }
  return [];
}

/** Compares what is installed with the distribution's own index. Being out of reach is an answer, not an error. */
export async function checkUpdates(
  { packages, os, config }: Pick<Inventory, 'packages' | 'os' | 'config'>,
  fetchIndex: FetchIndex,
  { signal, mirrors }: { signal?: AbortSignal | undefined; mirrors?: Mirrors | undefined } = {},
): Promise<UpdateReport> {
  const installed = packages.filter(({ kind }) => kind === 'deb' || kind === 'apk');
  if (installed.length === 0 || !os) return { state: 'unknown', reason: 'no_packages', detail: os?.name ?? '' };
  const places = indexesOf(os, config.architecture, mirrors);
  if (places.length === 0) return { state: 'unknown', reason: 'distribution', detail: os.name || os.id };
  const newest = new Map<string, string>();
  let fetchedAtMs = Number.POSITIVE_INFINITY;
  try {
    for (const place of places) {
      const fetched = await fetchIndex(place.url, { signal });
      fetchedAtMs = Math.min(fetchedAtMs, fetched.fetchedAtMs);
      await readIndex(place, fetched.bytes, newest);
    }
  } catch (error) {
    signal?.throwIfAborted();
    return { state: 'unknown', reason: 'unreachable', detail: toAppError(error).message };
  }
  const updates = installed.flatMap((one) => pending(one, newest));
  return { state: 'known', index: places[0]?.url ?? '', fetchedAtMs, updates };
}

async function readIndex(
  { kind, compression }: IndexPlace,
  bytes: Uint8Array,
  newest: Map<string, string>,
): Promise<void> {
  const plain = await decompress(bytes, compression);
  const keep = (name: string, version: string, compare: (a: string, b: string) => number): void => {
    const before = newest.get(name);
    if (before === undefined || compare(version, before) > 0) newest.set(name, version);
  };
  if (kind === 'apk') {
    const index = (await fileIn(plain, 'APKINDEX')) ?? Buffer.alloc(0);
    for (const { name, version } of readApk(index.toString('utf8'), '')) keep(name, version, compareApkVersions);
    return;
  }
  for (const fields of paragraphs(plain.toString('utf8'))) {
    const [name, version] = [fields.get('Package'), fields.get('Version')];
    if (name && version) keep(name, version, compareDebVersions);
  }
}

function pending(one: Package, newest: ReadonlyMap<string, string>): readonly PendingUpdate[] {
  const fixed = newest.get(one.name);
  if (fixed === undefined) return [];
  const compare = one.kind === 'apk' ? compareApkVersions : compareDebVersions;
  if (compare(one.version, fixed) >= 0) return [];
  return [{ name: one.name, source: one.source?.name ?? one.name, installed: one.version, fixed }];
}
