import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '#core';
import { safePath } from './manifest/bundle-files.ts';

const mostFiles = 1000;

/**
 * Paths of all files below a folder, with `/` between the parts, in one order on every machine. Hidden files and links are
 * left out (contract model-runner §4.3).
 * @throws AppError `model.invalid_file` for names that a model cannot carry, or too many of them
 */
export async function listFolder(folder: string): Promise<readonly string[]> {
  const found: string[] = [];
  const pending = [''];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const entry of await readdir(join(folder, next), { withFileTypes: true })) {
      const path = next === '' ? entry.name : `${next}/${entry.name}`;
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) found.push(safePath(path));
      if (found.length > mostFiles) throw tooMany(folder);
    }
  }
  return found.toSorted((a, b) => (a < b ? -1 : 1));
}

function tooMany(folder: string): AppError {
  return new AppError('model.invalid_file', `The folder ${folder} holds more than ${mostFiles} files.`, {
    hint: 'Give the folder of one model.',
    params: { reason: 'too_many_files', path: folder, limit: mostFiles },
  });
}
