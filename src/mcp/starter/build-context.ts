import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, posix } from 'node:path';
import { Readable } from 'node:stream';
import { pack, type Pack } from 'tar-stream';
import { AppError } from '#core';
import { extractAll } from '#registry';
import type { LockedPackage } from './lock.ts';

/** An archive and where its content goes, below the application's folder. */
export interface PlacedArchive {
  readonly path: string;
  readonly place: string;
  /** The folder of the archive that is meant, of what was unpacked. @throws AppError when it is not such an archive */
  readonly roots: (unpacked: string) => Promise<readonly string[]>;
}

export interface ContextOptions {
  readonly dockerfile: string;
  readonly archives: readonly PlacedArchive[];
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
  { dockerfile, archives, folders, signal }: ContextOptions,
): Promise<void> {
  const mtime = new Date(0);
  const directories = directoryWriter(archive, mtime);
  archive.entry({ name: 'Dockerfile', mtime }, dockerfile);
  directories('rootfs/app');
  for (const name of folders) archive.entry({ name: `rootfs/${name}`, type: 'directory', mode: 0o1777, mtime });
  for (const [index, { path, place, roots }] of archives.entries()) {
    signal.throwIfAborted();
    const unpacked = join(folder, String(index));
    await extractAll({ archive: path, directory: unpacked, signal });
    for (const root of await roots(unpacked)) {
      for (const file of await filesIn(root)) {
        const content = await readFile(join(root, file));
        const name = posix.join('rootfs/app', place, file);
        directories(dirname(name));
        await write(archive, { name, mode: 0o644, mtime }, content);
      }
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

/** npm's archives have one folder, which is mostly called `package`. */
export function npmArchive({ name, version, path: place }: LockedPackage, path: string): PlacedArchive {
  return {
    path,
    place,
    async roots(unpacked) {
      const [top, ...more] = await readdir(unpacked);
      if (top !== undefined && more.length === 0) return [join(unpacked, top)];
      throw new AppError('source.invalid_response', `The archive of ${name}@${version} is not one of npm's.`, {
        params: { reason: 'npm_archive', name, version },
      });
    },
  };
}

/** A wheel is what lies in it, and of `NAME.data` what belongs beside it (binary distribution format). */
export function wheelArchive(path: string): PlacedArchive {
  return {
    path,
    place: '',
    async roots(unpacked) {
      const data = (await readdir(unpacked)).filter((name) => name.endsWith('.data'));
      const libraries: string[] = [];
      for (const name of data) {
        for (const kind of ['purelib', 'platlib']) {
          const moved = `${unpacked}.${kind}`;
          const isThere = await rename(join(unpacked, name, kind), moved).then(
            () => true,
            () => false,
          );
          if (isThere) libraries.push(moved);
        }
        // Programs, headers and documentation, which no module needs.
        await rm(join(unpacked, name), { recursive: true });
      }
      return [unpacked, ...libraries];
    },
  };
}
