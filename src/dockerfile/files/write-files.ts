import { lstat, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { AppError, errorCodeOf, writeFileAtomic } from '#core';
import { maxSourceBytes } from '../source/parse.ts';
import { tooLarge, unreadable } from './read-source.ts';
import { digestOfText, freeBackup } from './write-dockerfile.ts';

/** A file as it is to be. */
export interface WantedFile {
  readonly path: string;
  readonly text: string;
  /** Digest of what somebody saw there; undefined: that there was nothing. */
  readonly before: string | undefined;
}

/** A file that was written, with what takes it back. */
export interface WrittenFile {
  readonly path: string;
  readonly digest: string;
  readonly before: string | undefined;
  /** The copy of what was there. */
  readonly backup: string | undefined;
}

/** The text of a file; undefined when there is none. @throws AppError `request.*` for what is no file, and for one that is too large */
export async function readIfThere(path: string): Promise<string | undefined> {
  const facts = await lstat(path).catch((cause: unknown) => {
    if (errorCodeOf(cause) === 'ENOENT') return undefined;
    throw unreadable(path, cause);
  });
  if (!facts) return undefined;
  if (!facts.isFile()) throw unreadable(path, undefined);
  if (facts.size > maxSourceBytes) throw tooLarge();
  return await readFile(path, 'utf8').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
}

/**
 * Writes all of them or none, and resolves with those that are different now. What is there must still be what somebody saw.
 * @throws AppError `request.conflict` when it is not
 */
export async function writeIfUnchanged(files: readonly WantedFile[]): Promise<readonly WrittenFile[]> {
  const seen = await Promise.all(
    files.map(async (file) => ({ ...file, old: await unchanged(file.path, file.before) })),
  );
  const written: WrittenFile[] = [];
  try {
    for (const { path, text, before, old } of seen) {
      if (old === text) continue;
      written.push({ path, digest: digestOfText(text), before, backup: await write(path, { text, old }) });
    }
  } catch (error) {
    await restore(written);
    throw error;
  }
  return written;
}

/** Takes back what was written, unless one of the files is another by now: then none is touched. @throws AppError `request.conflict` */
export async function takeBack(files: readonly WrittenFile[]): Promise<void> {
  for (const { path, digest, before, backup } of files) {
    await unchanged(path, digest);
    if (backup !== undefined) await unchanged(backup, before);
  }
  await restore(files);
}

async function restore(files: readonly WrittenFile[]): Promise<void> {
  for (const { path, backup } of files.toReversed()) {
    if (backup === undefined) await rm(path);
    else await rename(backup, path);
  }
}

async function write(
  path: string,
  { text, old }: { text: string; old: string | undefined },
): Promise<string | undefined> {
  if (old === undefined) {
    // Whoever made it since the look keeps it.
    await writeFile(path, text, { flag: 'wx' }).catch((cause: unknown) => {
      throw errorCodeOf(cause) === 'EEXIST' ? changed(path) : cause;
    });
    return undefined;
  }
  const mode = (await stat(path)).mode & 0o777;
  const backup = await freeBackup(path);
  await writeFile(backup, old, { flag: 'wx', mode });
  await writeFileAtomic(path, text, { mode });
  return backup;
}

async function unchanged(path: string, digest: string | undefined): Promise<string | undefined> {
  const text = await readIfThere(path);
  if ((text === undefined ? undefined : digestOfText(text)) !== digest) throw changed(path);
  return text;
}

function changed(path: string): AppError {
  return new AppError('request.conflict', `${path} has changed since it was read.`, {
    hint: 'Read it again; nothing was written.',
    params: { reason: 'file_changed', path },
  });
}
