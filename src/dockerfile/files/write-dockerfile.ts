import { createHash } from 'node:crypto';
import { access, stat, writeFile } from 'node:fs/promises';
import { AppError, writeFileAtomic } from '#core';
import { readSource } from './read-source.ts';

export function digestOfText(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Writes a new text and resolves with the name of the copy that keeps the old one. */
export async function replaceDockerfile(file: string, before: string, after: string): Promise<string> {
  let backup = `${file}.orig`;
  for (let count = 1; await exists(backup); count += 1) backup = `${file}.orig.${count}`;
  const { mode } = await stat(file);
  await writeFile(backup, before, { flag: 'wx', mode: mode & 0o777 });
  await writeFileAtomic(file, after, { mode: mode & 0o777 });
  return backup;
}

/** As `replaceDockerfile`, for a text that is still what somebody saw. @throws AppError `request.conflict` when it is not */
export async function replaceIfUnchanged(
  file: string,
  { digest, text }: { readonly digest: string; readonly text: string },
): Promise<string> {
  const before = await readSource(file);
  if (digestOfText(before) !== digest) {
    throw new AppError('request.conflict', `${file} has changed since it was read.`, {
      hint: 'Read it again; nothing was written.',
      params: { reason: 'file_changed', path: file },
    });
  }
  return await replaceDockerfile(file, before, text);
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
