import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import type {
  AppliedDockerfileBody,
  applyDockerfileRequest,
  DockerfileStateBody,
  undoDockerfileRequest,
} from '#contract';
import { AppError } from '#core';
import { writtenBodyOf } from './bodies.ts';
import type { RootOf } from './root.ts';

/** The ignore file of this Dockerfile alone counts before the one of its folder. */
export async function ignorePathOf(file: string): Promise<string> {
  const { readIfThere } = await import('#dockerfile');
  const own = `${file}.dockerignore`;
  const isThere = await readIfThere(own).then(
    (text) => text !== undefined,
    () => true,
  );
  return isThere ? own : join(dirname(file), '.dockerignore');
}

export async function stateOf(root: string, path: string): Promise<DockerfileStateBody> {
  const { digestOfText, pathInside, readSource } = await import('#dockerfile');
  try {
    return { digest: digestOfText(await readSource(await pathInside(root, path))) };
  } catch (error) {
    if (error instanceof AppError && error.code === 'request.not_found') return { digest: null };
    throw error;
  }
}

/** Writes what was shown. @throws AppError `request.conflict` when a file is another by now */
export async function applyShown(
  { root, path, digest, text, ignoreFile }: z.infer<typeof applyDockerfileRequest>,
  rootOf: RootOf,
): Promise<AppliedDockerfileBody> {
  const { digestOfText, isDockerfileName, pathInside, writeIfUnchanged } = await import('#dockerfile');
  const file = await pathInside(rootOf(root), path);
  if (!isDockerfileName(basename(file))) throw notDockerfile(file);
  const wanted = [{ path: file, text, before: digest as string | undefined }];
  if (ignoreFile) {
    wanted.push({ path: await ignorePathOf(file), text: ignoreFile.text, before: ignoreFile.digest ?? undefined });
  }
  const files = await writeIfUnchanged(wanted);
  return { path: file, digest: digestOfText(text), files: files.map(writtenBodyOf) };
}

/** Takes back what `applyShown` or a generation wrote. @throws AppError `request.conflict` when a file is another by now */
export async function undoWritten(
  { root, files }: z.infer<typeof undoDockerfileRequest>,
  rootOf: RootOf,
): Promise<void> {
  const { isDockerfileName, pathInside, takeBack } = await import('#dockerfile');
  const checked = await Promise.all(
    files.map(async ({ path, digest, before, backup }) => {
      const file = await pathInside(rootOf(root), path);
      const name = basename(file);
      if (!isDockerfileName(name) && !/(?:^|\.)dockerignore$|^compose\.yaml$/.test(name)) throw notDockerfile(file);
      const isBackup = backup === null ? before === null : before !== null && isBackupOf(file, backup);
      if (!isBackup) throw notDockerfile(backup ?? file);
      return { path: file, digest, before: before ?? undefined, backup: backup ?? undefined };
    }),
  );
  await takeBack(checked);
}

function isBackupOf(file: string, backup: string): boolean {
  return backup.startsWith(`${file}.orig`) && /^(?:\.\d{1,9})?$/.test(backup.slice(`${file}.orig`.length));
}

function notDockerfile(file: string): AppError {
  return new AppError('request.forbidden', `${basename(file)} is not a Dockerfile by its name; it is not written.`, {
    params: { reason: 'not_dockerfile', path: basename(file) },
  });
}
