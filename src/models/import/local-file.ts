import { randomBytes } from 'node:crypto';
import { readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, errorCodeOf, writeFileAtomic, type Clock, type Digest } from '#core';
import { digestOf } from '../manifest/build.ts';
import type { PullContext } from '../pull/context.ts';
import { sizeOf, type Store } from '../store/store.ts';
import { placeFile, type PlaceFile } from './place-file.ts';

export interface ImportDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly placing?: PlaceFile | undefined;
}

/** A file of this machine as it was when it was first looked at. */
export interface LocalFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

const unreadable = new Set(['EACCES', 'EPERM', 'EIO', 'EISDIR']);
const absent = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE']);

/** Where a path leads, links followed. @throws AppError `source.not_found` */
export async function realFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    throw fileError(path, error);
  }
}

/** What a failed attempt to read a file says to the user; anything else stays what it is. */
function fileError(path: string, thrown: unknown): unknown {
  const code = errorCodeOf(thrown) ?? '';
  if (unreadable.has(code)) return unusable(path, 'cannot be read', thrown);
  return absent.has(code) ? unusable(path, 'does not exist', thrown) : thrown;
}

function unusable(path: string, reason: string, cause?: unknown): AppError {
  const shown = path.replaceAll('\0', '?');
  return new AppError('source.not_found', `The file ${shown} ${reason}.`, {
    hint: 'Give the path of a file that the daemon can read.',
    params: { path: shown, reason },
    cause,
  });
}

/** A file to be taken in, links followed. @throws AppError `source.not_found`, also for a folder or a device */
export async function localFile(path: string): Promise<LocalFile> {
  const real = await realFile(path);
  if (!(await stat(real)).isFile()) throw unusable(path, 'is not a file');
  return await describeFile(real);
}

export async function describeFile(path: string): Promise<LocalFile> {
  const found = await stat(path);
  return { path, sizeBytes: found.size, modifiedMs: found.mtimeMs };
}

/** Gives a file a place among the blobs, sharing its bytes where the disk can. */
export async function takeIn(
  { store, placing }: ImportDeps,
  { file, digest }: { file: LocalFile; digest: Digest },
  { signal, emit }: PullContext,
): Promise<void> {
  const blob = store.paths.blob(digest);
  if ((await sizeOf(blob)) === file.sizeBytes) return;
  const temporary = temporaryBlob(store, 'import');
  try {
    const onCopy = (): void =>
      emit({
        type: 'status',
        message: `Copying ${basename(file.path)}: the model store is on another disk or cannot share its bytes`,
      });
    await placeFile({ from: file.path, to: temporary, files: placing }, { signal, onCopy });
    await refuseChanged(file);
    await rename(temporary, blob);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** As `takeIn` for a small file that people edit, such as a template: its bytes are copied, so that an edit stays outside. */
export async function takeInCopy({ store }: Pick<ImportDeps, 'store'>, file: LocalFile): Promise<Digest> {
  const bytes = await readFile(file.path).catch((error: unknown) => {
    throw fileError(file.path, error);
  });
  if (bytes.length !== file.sizeBytes) throw changed(file.path);
  const digest = digestOf(bytes);
  const blob = store.paths.blob(digest);
  if ((await sizeOf(blob)) !== bytes.length) await writeFileAtomic(blob, bytes);
  return digest;
}

/** A name beside the blobs that a sweep knows as this process's, should it die. */
export function temporaryBlob(store: Pick<Store, 'paths'>, purpose: 'import' | 'load'): string {
  return join(store.paths.blobs, `${purpose}.${process.pid}.${randomBytes(8).toString('hex')}.tmp`);
}

// A link shares what is written to the original later; a file still being written must not become a model.
async function refuseChanged(file: LocalFile): Promise<void> {
  const now = await describeFile(file.path);
  if (now.sizeBytes === file.sizeBytes && now.modifiedMs === file.modifiedMs) return;
  throw changed(file.path);
}

function changed(path: string): AppError {
  return new AppError('model.invalid_file', `${path} changed while it was being read.`, {
    hint: 'Wait until it is complete, then try again.',
    params: { path },
  });
}
