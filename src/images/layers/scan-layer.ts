import { goMagic, mostGoBytes, readGo } from '../packages/go.ts';
import { readApk } from '../packages/apk.ts';
import { readDpkg } from '../packages/dpkg.ts';
import { byName, readJar } from '../packages/java.ts';
import { readNpm } from '../packages/npm.ts';
import { readOsRelease } from '../packages/os-release.ts';
import { readPython } from '../packages/python.ts';
import { readRpm } from '../packages/rpm.ts';
import type { Gap, OsRelease, Package } from '../types.ts';
import { readTar, type TarEntry } from './read-tar.ts';
import { findSecrets, mayHoldSecret, type FoundSecret } from './secrets.ts';

/** What one layer holds; its place among the others is not known yet. */
export interface LayerScan {
  /** Sizes by path. Links and folders have none. */
  readonly files: ReadonlyMap<string, number>;
  /** Paths that this layer takes away, and folders whose earlier content it hides. */
  readonly removed: readonly string[];
  readonly opaque: readonly string[];
  readonly packages: ReadonlyMap<string, readonly Package[]>;
  readonly os: ReadonlyMap<string, OsRelease>;
  readonly secrets: ReadonlyMap<string, readonly FoundSecret[]>;
  readonly setuid: readonly string[];
  readonly sizeBytes: number;
  readonly gaps: readonly Gap[];
}

type Reader = (bytes: Buffer, path: string) => readonly Package[] | Promise<readonly Package[]>;

const MiB = 1024 * 1024;
const asText =
  (read: (text: string, path: string) => readonly Package[]): Reader =>
  (bytes, path) =>
    read(bytes.toString('utf8'), path);

/** Files with packages in them: where they lie, how large they may be, who reads them. */
const readers: readonly (readonly [pattern: RegExp, mostBytes: number, read: Reader])[] = [
  [/^var\/lib\/dpkg\/status(\.d\/[^/]+)?$/, 64 * MiB, asText(readDpkg)],
  [/^(usr\/)?lib\/apk\/db\/installed$/, 64 * MiB, asText(readApk)],
  [/(^|\/)rpm\/(rpmdb\.sqlite|Packages\.db|Packages)$/, 128 * MiB, readRpm],
  [/(^|\/)node_modules\/(@[^/]+\/)?[^/]+\/package\.json$/, 2 * MiB, asText(readNpm)],
  [/\.dist-info\/METADATA$|\.egg-info(\/PKG-INFO)?$/, 4 * MiB, asText(readPython)],
  [/\.[jwe]ar$/, 64 * MiB, readJar],
];

const osRelease = /^(etc|usr\/lib)\/os-release$/;
const smallestGoProgram = 500_000;

export async function scanLayer(chunks: AsyncIterable<Uint8Array>): Promise<LayerScan> {
  const files = new Map<string, number>();
  const removed: string[] = [];
  const opaque: string[] = [];
  const packages = new Map<string, readonly Package[]>();
  const os = new Map<string, OsRelease>();
  const secrets = new Map<string, readonly FoundSecret[]>();
  const setuid: string[] = [];
  const gaps: Gap[] = [];
  let sizeBytes = 0;
  for await (const entry of readTar(chunks)) {
    const { path, kind } = entry;
    const slash = path.lastIndexOf('/');
    const [folder, name] = [path.slice(0, slash + 1), path.slice(slash + 1)];
    if (name === '.wh..wh..opq') opaque.push(folder);
    else if (name.startsWith('.wh.')) removed.push(folder + name.slice(4));
    else if (kind !== 'folder') files.set(path, entry.sizeBytes);
    if (kind !== 'file' || entry.sizeBytes === 0) continue;
    sizeBytes += entry.sizeBytes;
    if (entry.mode & 0o6000 && entry.mode & 0o111) setuid.push(path);
    const reader = readers.find(([pattern]) => pattern.test(path));
    if (reader) {
      const [, mostBytes, read] = reader;
      if (entry.sizeBytes > mostBytes) {
        const named = byName(path);
        if (named.length > 0) packages.set(path, named);
        gaps.push({ what: path.endsWith('ar') ? 'jar' : 'file', path });
        continue;
      }
      try {
        const found = await read(await whole(entry), path);
        if (found.length > 0) packages.set(path, found);
      } catch {
        gaps.push({ what: path.includes('rpm/') ? 'rpm' : 'file', path });
      }
    } else if (osRelease.test(path) && entry.sizeBytes < 64 * 1024) {
      os.set(path, readOsRelease((await whole(entry)).toString('utf8')));
    } else if (mayHoldSecret(path, entry.sizeBytes)) {
      const found = findSecrets(await whole(entry), path);
      if (found.length > 0) secrets.set(path, found);
    } else if (entry.mode & 0o111 && entry.sizeBytes > smallestGoProgram) {
      const found = await goIn(entry);
      if (found.length > 0) packages.set(path, found);
    }
  }
  return { files, removed, opaque, packages, os, secrets, setuid, sizeBytes, gaps };
}

async function whole({ content, sizeBytes }: TarEntry): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(sizeBytes);
  let at = 0;
  for await (const chunk of content) at += chunk.copy(bytes, at);
  return bytes;
}

const elf = Buffer.from('\u007FELF', 'latin1');

/** Looks for Go's mark as the program goes by; what follows it is kept, nothing else. */
async function goIn({ content, path }: TarEntry): Promise<readonly Package[]> {
  let tail = Buffer.alloc(0);
  let kept: Buffer[] | undefined;
  let keptBytes = 0;
  let first = true;
  for await (const chunk of content) {
    if (first && chunk.length >= 4 && !chunk.subarray(0, 4).equals(elf)) return [];
    first = false;
    if (kept) {
      kept.push(Buffer.from(chunk));
      keptBytes += chunk.length;
      if (keptBytes >= mostGoBytes) break;
      continue;
    }
    const at = chunk.indexOf(goMagic);
    const joined = at >= 0 ? chunk.subarray(at) : inSeam(tail, chunk);
    if (joined) {
      kept = [Buffer.from(joined)];
      keptBytes = joined.length;
    } else tail = Buffer.from(chunk.subarray(-goMagic.length));
  }
  return kept ? readGo(Buffer.concat(kept), path) : [];
}

/** The mark may begin in one chunk and end in the next. */
function inSeam(tail: Buffer, chunk: Buffer): Buffer | undefined {
  if (tail.length === 0) return undefined;
  const seam = Buffer.concat([tail, chunk.subarray(0, goMagic.length)]);
  const at = seam.indexOf(goMagic);
  return at < 0 ? undefined : Buffer.concat([tail.subarray(at), chunk]);
}
