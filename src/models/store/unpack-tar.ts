import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errorCodeOf } from '#core';
import type { Compression } from '../manifest/layer-kinds.ts';
import { safePath } from '../manifest/bundle-files.ts';
import { invalidTar } from '../tar/invalid-tar.ts';
import { readTar, type TarEntry } from '../tar/read-tar.ts';
import { decompress } from './decompress.ts';

const readBytes = 1024 * 1024;

export interface Archive {
  readonly path: string;
  readonly compression?: Compression | undefined;
}

/**
 * Unpacks an archive of a model into a folder of its own, and nowhere else.
 * @throws AppError `model.invalid_file` for names that leave the folder or come twice, for links, and for damage
 */
export async function unpackTar({ path, compression }: Archive, folder: string): Promise<void> {
  const bytes = compression ? decompress({ path, compression }) : createReadStream(path, { highWaterMark: readBytes });
  for await (const entry of readTar(bytes)) {
    const name = entry.name.replace(/^\.\//, '').replace(/\/$/, '');
    if (entry.kind === 'folder') continue;
    if (entry.kind === 'other') throw invalidTar(`${JSON.stringify(name.slice(0, 100))} is not a plain file`);
    await writeEntry(entry, join(folder, safePath(name)));
  }
}

async function writeEntry({ name, content }: TarEntry, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true }).catch(refuseTaken(name));
  const file = await open(path, 'wx', 0o644).catch(refuseTaken(name));
  try {
    for await (const chunk of content) await file.writeFile(chunk);
  } finally {
    await file.close();
  }
}

function refuseTaken(name: string): (error: unknown) => never {
  return (error) => {
    const code = errorCodeOf(error);
    if (code !== 'EEXIST' && code !== 'ENOTDIR' && code !== 'EISDIR') throw error;
    throw invalidTar(`it names ${JSON.stringify(name.slice(0, 100))} twice`);
  };
}
