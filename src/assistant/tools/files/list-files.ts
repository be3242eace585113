import { lstat, readdir } from 'node:fs/promises';
import { AppError } from '#core';
import { createIgnored, type Ignored } from './gitignore.ts';
import { readContent } from './read-file.ts';
import type { Place, WorkingFolder } from './working-folder.ts';

export interface ListedFile {
  /** With `/`, from the working directory; folders end with it. */
  readonly path: string;
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  readonly sizeBytes: number;
}

export interface ListOptions {
  readonly signal: AbortSignal;
  /** Levels below the folder; 1 for what is in it. */
  readonly depth: number;
  readonly maxEntries: number;
  /** What `.gitignore` leaves out is left out here, unless this is set. */
  readonly withIgnored?: boolean | undefined;
  /** Names of folders that are listed and not looked into. */
  readonly closed?: ReadonlySet<string> | undefined;
  /** Once it aborts, what was found so far is all, also where a folder never answers. */
  readonly until?: AbortSignal | undefined;
}

export interface Listing {
  readonly files: readonly ListedFile[];
  /** There is more, or a folder on the way could not be read. */
  readonly isCut: boolean;
}

/** Folders whose inside nobody asks about. */
const versionControl: ReadonlySet<string> = new Set(['.git', '.hg', '.svn']);

/** What lies in a folder of the working directory, sorted, breadth first. Links are listed and not followed. */
export async function listFiles(folder: WorkingFolder, from: Place, options: ListOptions): Promise<Listing> {
  const { signal, depth, maxEntries, withIgnored = false, closed = versionControl, until } = options;
  const files: ListedFile[] = [];
  const waiting = [{ path: from.path, level: 1, ignored: await ignoredAbove(folder, from.path) }];
  let isCut = false;
  for (let next = waiting.shift(); next && !isCut; next = waiting.shift()) {
    signal.throwIfAborted();
    const { path, level } = next;
    const found = await before(until, contentOf(folder, path)).catch((error: unknown) => {
      // One below it that is not ours to read, or is gone by now, keeps nobody from the rest.
      if (level === 1 || !(error instanceof AppError)) throw error;
      return 'unreadable' as const;
    });
    if (found === undefined || found === 'unreadable') {
      isCut = true;
      if (found === undefined) break;
      continue;
    }
    const { own, entries } = found;
    const ignored = own === undefined ? next.ignored : next.ignored.with(path, own);
    for (const entry of entries) {
      const isFolder = entry.kind === 'folder';
      if (!withIgnored && ignored.has(isFolder ? `${entry.path}/` : entry.path)) continue;
      if (files.length >= maxEntries) {
        isCut = true;
        break;
      }
      files.push(isFolder ? { ...entry, path: `${entry.path}/` } : entry);
      const name = entry.path.slice(entry.path.lastIndexOf('/') + 1);
      if (isFolder && level < depth && !closed.has(name)) waiting.push({ path: entry.path, level: level + 1, ignored });
    }
  }
  return { files, isCut };
}

/** What a piece of work gives, unless the signal comes first; that it goes on then has no effect. @throws what the work throws in time */
export async function before<T>(until: AbortSignal | undefined, work: Promise<T>): Promise<T | undefined> {
  if (until === undefined) return await work;
  const done = new AbortController();
  const late = new Promise<undefined>((resolve) => {
    if (until.aborted) resolve(undefined);
    until.addEventListener('abort', () => resolve(undefined), { signal: done.signal });
  });
  try {
    return await Promise.race([late, work]);
  } finally {
    done.abort();
  }
}

async function contentOf(
  folder: WorkingFolder,
  path: string,
): Promise<{ readonly own: string | undefined; readonly entries: readonly ListedFile[] }> {
  return { own: await gitignoreOf(folder, path), entries: await entriesOf(folder, path) };
}

async function entriesOf(folder: WorkingFolder, path: string): Promise<readonly ListedFile[]> {
  return await folder.inFolder({ path, exists: true }, async (real) => {
    const entries = await readdir(real, { withFileTypes: true });
    const listed = entries.map(async (entry): Promise<ListedFile> => {
      const kind = entry.isSymbolicLink()
        ? 'link'
        : entry.isDirectory()
          ? 'folder'
          : entry.isFile()
            ? 'file'
            : ('other' as const);
      const facts = kind === 'file' ? await lstat(`${real}/${entry.name}`).catch(() => undefined) : undefined;
      return { path: path === '' ? entry.name : `${path}/${entry.name}`, kind, sizeBytes: facts?.size ?? 0 };
    });
    return (await Promise.all(listed)).toSorted((a, b) => (a.path < b.path ? -1 : 1));
  });
}

const maxGitignoreBytes = 256 * 1024;

async function gitignoreOf(folder: WorkingFolder, path: string): Promise<string | undefined> {
  const place = { path: path === '' ? '.gitignore' : `${path}/.gitignore`, exists: true };
  const content = await readContent(folder, place, { maxBytes: maxGitignoreBytes }).catch(() => undefined);
  return content?.bytes.toString('utf8');
}

async function ignoredAbove(folder: WorkingFolder, path: string): Promise<Ignored> {
  let ignored = createIgnored();
  const parts = path === '' ? [] : path.split('/');
  for (let depth = 0; depth < parts.length; depth += 1) {
    const above = parts.slice(0, depth).join('/');
    const text = await gitignoreOf(folder, above);
    if (text !== undefined) ignored = ignored.with(above, text);
  }
  return ignored;
}
