import { randomBytes } from 'node:crypto';
import { realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError, errorCodeOf, formatSize, type Clock, type Digest } from '#core';
import { createProgress } from '../flow/progress.ts';
import { readGgufFile } from '../gguf/read-header.ts';
import { buildArtifact, configFromGguf, type ArtifactFile } from '../manifest/build.ts';
import type { Acquired, PullContext } from '../pull/context.ts';
import { sizeOf, type Store } from '../store/store.ts';
import { hashFile } from './hash-file.ts';
import { placeFile, type PlaceFile } from './place-file.ts';
import { modelFiles } from './shards.ts';

export interface ImportDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly placing?: PlaceFile | undefined;
}

interface LocalFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly modifiedMs: number;
}

/** Takes a GGUF on this disk, with its shards, into the store. The file's own date is the model's. */
export async function acquireFromFile(
  deps: ImportDeps,
  { path, tag }: { path: string; tag: string },
  context: PullContext,
): Promise<Acquired> {
  const local = await Promise.all((await modelFiles(await realFile(path))).map(describe));
  // Headers first: a file that is not a model is refused before anything is read whole.
  const headers = await Promise.all(local.map((file) => readGgufFile(file.path)));
  const totalBytes = local.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  const progress = createProgress({ clock: deps.clock, emit: context.emit, totalBytes });
  const files: ArtifactFile[] = [];
  for (const file of local) {
    context.emit({ type: 'status', message: `Checking ${basename(file.path)} (${formatSize(file.sizeBytes)})` });
    const onProgress = progress.layer(basename(file.path), file.sizeBytes);
    const digest = await hashFile(file.path, { signal: context.signal, onProgress });
    await takeIn(deps, { file, digest }, context);
    files.push({ kind: 'gguf', name: basename(file.path), digest, sizeBytes: file.sizeBytes });
  }
  const created = new Date(Math.floor(Math.max(...local.map(({ modifiedMs }) => modifiedMs)) / 1000) * 1000);
  const artifact = buildArtifact(files, { config: configFromGguf(headers), created });
  return { manifest: artifact.manifest, config: artifact.config, tag, name: tag };
}

async function takeIn(
  { store, placing }: ImportDeps,
  { file, digest }: { file: LocalFile; digest: Digest },
  { signal, emit }: PullContext,
): Promise<void> {
  const blob = store.paths.blob(digest);
  if ((await sizeOf(blob)) === file.sizeBytes) return;
  const temporary = join(store.paths.blobs, `import.${process.pid}.${randomBytes(8).toString('hex')}.tmp`);
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

async function realFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code !== 'ENOENT' && code !== 'ENOTDIR' && code !== 'EACCES') throw error;
    const reason = code === 'EACCES' ? 'cannot be read' : 'does not exist';
    throw new AppError('source.not_found', `The file ${path} ${reason}.`, {
      hint: 'Give the path of a GGUF file that the daemon can read.',
      params: { path, reason },
      cause: error,
    });
  }
}

async function describe(path: string): Promise<LocalFile> {
  const found = await stat(path);
  return { path, sizeBytes: found.size, modifiedMs: found.mtimeMs };
}

// A link shares what is written to the original later; a file still being written must not become a model.
async function refuseChanged(file: LocalFile): Promise<void> {
  const now = await describe(file.path);
  if (now.sizeBytes === file.sizeBytes && now.modifiedMs === file.modifiedMs) return;
  throw new AppError('model.invalid_file', `${file.path} changed while it was being read.`, {
    hint: 'Wait until it is complete, then try again.',
    params: { path: file.path },
  });
}
