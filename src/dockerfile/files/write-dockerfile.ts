import { createHash } from 'node:crypto';
import { access, stat, writeFile } from 'node:fs/promises';
import { writeFileAtomic } from '#core';

export function digestOfText(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

/** Writes a new text and resolves with the name of the copy that keeps the old one. */
export async function replaceDockerfile(file: string, before: string, after: string): Promise<string> {
  const backup = await freeBackup(file);
  const { mode } = await stat(file);
  await writeFile(backup, before, { flag: 'wx', mode: mode & 0o777 });
  await writeFileAtomic(file, after, { mode: mode & 0o777 });
  return backup;
}

/** A name beside a file that is free for a copy of it. */
export async function freeBackup(file: string): Promise<string> {
  let backup = `${file}.orig`;
  for (let count = 1; await exists(backup); count += 1) backup = `${file}.orig.${count}`;
  return backup;
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}
