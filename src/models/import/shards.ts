import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '#core';

const shardName = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/i;
const mostShards = 1000;

/**
 * All files of a model from the path of one: its shards in order, or the file alone.
 * @throws AppError `model.invalid_file` naming the shards that are missing
 */
export async function modelFiles(path: string): Promise<readonly string[]> {
  const [, stem, , countText] = shardName.exec(basename(path)) ?? [];
  if (stem === undefined || countText === undefined) return [path];
  const count = Number(countText);
  const present = new Set(await readdir(dirname(path)));
  const names = Array.from({ length: Math.min(count, mostShards) }, (_, index) => {
    const number = String(index + 1).padStart(5, '0');
    return `${stem}-${number}-of-${countText}${path.slice(-'.gguf'.length)}`;
  });
  const missing = names.filter((name) => !present.has(name));
  if (missing.length === 0 && names.length === count && count > 0)
    return names.map((name) => join(dirname(path), name));
  const list = missing.slice(0, 5).join(', ');
  throw new AppError(
    'model.invalid_file',
    `${basename(path)} is one of ${count} parts, and these are not beside it: ${list}.`,
    {
      hint: 'Put all parts of the model into one folder.',
      params: { file: basename(path), missing: list, count },
    },
  );
}
