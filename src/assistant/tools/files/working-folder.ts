import { constants } from 'node:fs';
import { access, lstat, open, readlink, realpath, type FileHandle } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { AppError, errorCodeOf } from '#core';

/** A place below the working directory, links followed. */
export interface Place {
  /** With `/`, from the working directory; empty for itself. */
  readonly path: string;
  readonly exists: boolean;
}

/**
 * The one folder that file tools reach. Paths are followed once to see where they lead, and then walked folder by folder without
 * following links, from handles where the system allows it, so that a link put there in between leads nowhere.
 */
export interface WorkingFolder {
  /** Absolute, links followed. */
  readonly root: string;
  /** Where a path leads. @throws AppError `request.forbidden` outside of the folder, `request.invalid` for what is no path */
  locate(path: string): Promise<Place>;
  /** Hands the parent folder of a place to the work, as a path that is good while it runs, and the place's name in it. */
  inParent<Value>(place: Place, work: (parent: string, name: string) => Promise<Value>): Promise<Value>;
  /** Hands the folder of a place to the work, as a path that is good while it runs. */
  inFolder<Value>(place: Place, work: (folder: string) => Promise<Value>): Promise<Value>;
}

const longestPath = 4096;
const maxLinks = 40;
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;
/** On Linux, paths below an open handle: what `openat` is for. */
const handles = '/proc/self/fd';

/**
 * Without handles, as on systems that have no such paths, everything is checked before and after.
 * @throws AppError `request.not_found` when there is no such folder
 */
export async function openWorkingFolder(
  folder: string,
  { withoutHandles = false }: { readonly withoutHandles?: boolean } = {},
): Promise<WorkingFolder> {
  const root = await realpath(folder).catch((cause: unknown) => {
    throw new AppError('request.not_found', `There is no folder ${folder}.`, {
      params: { reason: 'folder', path: folder },
      cause,
    });
  });
  const hasHandles = await access(handles).then(
    () => process.platform === 'linux' && !withoutHandles,
    () => false,
  );

  async function locate(path: string): Promise<Place> {
    checkPath(path);
    const wanted = resolve(root, path);
    inside(root, wanted, path);
    const real = await follow(wanted, path);
    const inner = inside(root, real, path);
    const exists = await lstat(real).then(
      () => true,
      () => false,
    );
    return { path: inner.split(sep).join('/'), exists };
  }

  async function walk<Value>(parts: readonly string[], work: (folder: string) => Promise<Value>): Promise<Value> {
    if (!hasHandles) return await walkChecked(parts, work);
    const open1 = await openFolder(root, '');
    const opened: FileHandle[] = [open1];
    try {
      let current = open1;
      for (const part of parts) {
        current = await openFolder(`${handles}/${current.fd}/${part}`, parts.join('/'));
        opened.push(current);
      }
      return await work(`${handles}/${current.fd}`);
    } finally {
      await Promise.all(opened.map((one) => one.close()));
    }
  }

  /** Where there are no such paths: nothing on the way may be a link, before the work and after it. */
  async function walkChecked<Value>(
    parts: readonly string[],
    work: (folder: string) => Promise<Value>,
  ): Promise<Value> {
    const folder = join(root, ...parts);
    const check = async (): Promise<void> => {
      if ((await realpath(folder).catch(() => undefined)) !== folder) throw moved(parts.join('/'));
    };
    await check();
    const value = await work(folder);
    await check();
    return value;
  }

  return {
    root,
    locate,
    async inParent(place, work) {
      const parts = place.path.split('/');
      const name = parts.pop() ?? '';
      if (name === '') throw new AppError('request.invalid', 'The working directory itself is no file.');
      return await walk(parts, (parent) => work(parent, name));
    },
    inFolder: (place, work) => walk(place.path === '' ? [] : place.path.split('/'), work),
  };
}

async function openFolder(path: string, shown: string): Promise<FileHandle> {
  try {
    return await open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (cause) {
    const code = errorCodeOf(cause);
    if (code === 'ENOENT') throw notThere(shown, cause);
    if (code === 'ELOOP' || code === 'ENOTDIR') throw moved(shown);
    throw new AppError('request.invalid', `The folder ${shown} cannot be read.`, { params: { path: shown }, cause });
  }
}

function checkPath(path: string): void {
  // oxlint-disable-next-line no-control-regex -- what no name that a person approves may hold
  const isOdd = path.length > longestPath || /[\u0000-\u001f\u007f]|\p{Cf}/u.test(path);
  if (isOdd) {
    throw new AppError('request.invalid', 'The path is too long or holds characters that cannot be shown.', {
      params: { reason: 'path' },
    });
  }
}

/** Follows links as far as the path exists; what does not exist yet stays as it is. */
async function follow(wanted: string, shown: string): Promise<string> {
  let left = wanted;
  for (let links = 0; links < maxLinks; links += 1) {
    const missing: string[] = [];
    for (let path = left; ; path = resolve(path, '..')) {
      const found = await realpath(path).catch((error: unknown) => {
        if (errorCodeOf(error) === 'ELOOP') throw moved(shown);
        return undefined;
      });
      if (found !== undefined) return missing.length === 0 ? found : join(found, ...missing);
      // A link that leads to nothing is followed as well: writing there would make its target.
      const target = await readlink(path).catch(() => undefined);
      if (target !== undefined) {
        left = join(resolve(path, '..', target), ...missing);
        break;
      }
      if (path === resolve(path, '..')) return left;
      missing.unshift(path.slice(path.lastIndexOf(sep) + 1));
    }
  }
  throw moved(shown);
}

function inside(root: string, path: string, shown: string): string {
  const inner = relative(root, path);
  if (inner !== '..' && !inner.startsWith(`..${sep}`) && !isAbsolute(inner)) return inner;
  throw new AppError('request.forbidden', `${shown} is outside of the working directory ${root}.`, {
    hint: 'File tools reach only what lies below the working directory, links included.',
    params: { reason: 'outside', path: shown, root },
  });
}

function moved(path: string): AppError {
  return new AppError('request.forbidden', `A link is in the way to ${path}, or it was put there meanwhile.`, {
    params: { reason: 'link', path },
  });
}

export function notThere(path: string, cause?: unknown): AppError {
  return new AppError('request.not_found', `There is no file ${path}.`, { params: { reason: 'file', path }, cause });
}
