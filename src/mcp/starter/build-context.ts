import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import { AppError } from '#core';
import { extractAll } from '#registry';
import type { LockedPackage } from './lock.ts';

export interface ContextOptions {
  readonly dockerfile: string;
  /** The archive of each package. */
  readonly packages: ReadonlyMap<LockedPackage, string>;
  /** Of the image, for volumes: whoever runs it may write to them. */
  readonly folders: readonly string[];
  /** For what is unpacked; removed afterwards. */
  readonly scratch: string;
  readonly signal: AbortSignal;
}

/** What an image is built from, as a tar that the same packages always give the same bytes of. */
export interface BuildContext extends AsyncDisposable {
  readonly stream: Readable;
}

export async function buildContext(options: ContextOptions): Promise<BuildContext> {
  await mkdir(options.scratch, { recursive: true });
  const folder = await mkdtemp(join(options.scratch, 'build-'));
  const archive = pack();
  fill(archive, folder, options).catch((error: unknown) => {
    archive.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  return {
    stream: Readable.from(archive),
    async [Symbol.asyncDispose]() {
      archive.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function fill(
  archive: Pack,
  folder: string,
  { dockerfile, packages, folders, signal }: ContextOptions,
): Promise<void> {
  const mtime = new Date(0);
  const directories = directoryWriter(archive, mtime);
  archive.entry({ name: 'Dockerfile', mtime }, dockerfile);
  directories('rootfs/app');
  for (const name of folders) archive.entry({ name: `rootfs/${name}`, type: 'directory', mode: 0o1777, mtime });
  const ordered = [...packages].toSorted(([a], [b]) => (a.path < b.path ? -1 : 1));
  for (const [index, [locked, tarball]] of ordered.entries()) {
    signal.throwIfAborted();
    const unpacked = join(folder, String(index));
    await extractAll({ archive: tarball, directory: unpacked, signal });
    // npm's archives have one folder, which is mostly called `package`.
    const [top, ...more] = await readdir(unpacked);
    if (top === undefined || more.length > 0) throw oddPackage(locked);
    for (const file of await filesIn(join(unpacked, top))) {
      const content = await readFile(join(unpacked, top, file));
      directories(dirname(`rootfs/app/${locked.path}/${file}`));
      await write(archive, { name: `rootfs/app/${locked.path}/${file}`, mode: 0o644, mtime }, content);
    }
    await rm(unpacked, { recursive: true, force: true });
  }
  archive.finalize();
}

/** Writes a folder and those above it, each once: folders that only files imply would get the time of the build. */
export function directoryWriter(archive: Pack, mtime: Date): (path: string) => void {
  const written = new Set<string>();
  return function directory(path: string): void {
    if (path === '.' || written.has(path)) return;
    directory(dirname(path));
    written.add(path);
    archive.entry({ name: path, type: 'directory', mode: 0o755, mtime });
  };
}

function write(archive: Pack, header: { name: string; mode: number; mtime: Date }, content: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    archive.entry(header, content, (error) => (error ? reject(error) : resolve()));
  });
}

async function filesIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

function oddPackage({ name, version }: LockedPackage): AppError {
  return new AppError('source.invalid_response', `The archive of ${name}@${version} is not one of npm's.`, {
    params: { reason: 'npm_archive', name, version },
  });
}
