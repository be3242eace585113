import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { AppError } from '#core';
import { isDockerfileName } from './find-dockerfiles.ts';
import { unreadable } from './read-source.ts';

export interface FolderEntry {
  readonly name: string;
  readonly kind: 'folder' | 'dockerfile' | 'file';
}

export interface FolderListing {
  /** Without links. */
  readonly root: string;
  readonly path: string;
  /** Undefined for the root itself. */
  readonly parent: string | undefined;
  /** Folders first, then Dockerfiles. */
  readonly entries: readonly FolderEntry[];
  /** There are more than are listed. */
  readonly isCut: boolean;
}

const mostEntries = 2000;

/** Where a path leads, when that is in the root: links are followed, and one that leads out is refused. @throws AppError `request.*` */
export async function pathInside(root: string, path: string): Promise<string> {
  if (path.includes('\0') || root.includes('\0')) throw outside(path.replaceAll('\0', ''));
  const top = await realpath(root).catch((cause: unknown) => {
    throw unreadable(root, cause);
  });
  const wanted = resolve(top, path);
  // What is not below the root is not even looked for.
  if (!isBelow(top, wanted)) throw outside(path);
  const found = await realpath(wanted).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  if (!isBelow(top, found)) throw outside(path);
  return found;
}

/** Names in a folder of the root. Links that lead out of it are left out. @throws AppError `request.*` */
export async function listFolder(root: string, path: string): Promise<FolderListing> {
  const [top, folder] = await Promise.all([realpath(root).catch(() => root), pathInside(root, path)]);
  const found = await readdir(folder, { withFileTypes: true }).catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  const entries: FolderEntry[] = [];
  for (const entry of found.slice(0, mostEntries)) {
    const kind = entry.isSymbolicLink()
      ? await kindOfLink(top, join(folder, entry.name))
      : entry.isDirectory()
        ? 'folder'
        : entry.isFile()
          ? 'file'
          : undefined;
    if (kind === undefined) continue;
    entries.push({ name: entry.name, kind: kind === 'file' && isDockerfileName(entry.name) ? 'dockerfile' : kind });
  }
  const order = { folder: 0, dockerfile: 1, file: 2 };
  return {
    root: top,
    path: folder,
    parent: folder === top ? undefined : dirname(folder),
    entries: entries.toSorted((a, b) => order[a.kind] - order[b.kind] || (a.name < b.name ? -1 : 1)),
    isCut: found.length > mostEntries,
  };
}

async function kindOfLink(root: string, path: string): Promise<'folder' | 'file' | undefined> {
  const target = await realpath(path).catch(() => undefined);
  if (target === undefined || !isBelow(root, target)) return undefined;
  const facts = await stat(target).catch(() => undefined);
  if (facts?.isDirectory()) return 'folder';
  return facts?.isFile() ? 'file' : undefined;
}

function isBelow(root: string, path: string): boolean {
  const way = relative(root, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && resolve(root, way) === path);
}

function outside(path: string): AppError {
  return new AppError('request.forbidden', `${basename(path)} is outside of the folder that is open.`, {
    hint: 'Choose another folder to work in.',
    params: { reason: 'outside', path: path.slice(0, 300) },
  });
}
