import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { AppError, errorCodeOf } from '#core';
import { notThere, type Place, type WorkingFolder } from './working-folder.ts';

export interface FileContent {
  readonly bytes: Buffer;
  readonly mode: number;
}

const { O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;

/** The bytes of a file; undefined when there is none. @throws AppError `request.too_large`, `request.invalid` for what is no file */
export async function readContent(
  folder: WorkingFolder,
  place: Place,
  { maxBytes }: { readonly maxBytes: number },
): Promise<FileContent | undefined> {
  try {
    return await folder.inParent(place, async (parent, name) => {
      // Not to wait for somebody who writes into a pipe.
      const file = await open(`${parent}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
      try {
        const facts = await file.stat();
        if (!facts.isFile()) throw noFile(place.path);
        if (facts.size > maxBytes) throw tooLarge(place.path, maxBytes);
        const bytes = Buffer.alloc(Math.min(maxBytes + 1, Math.max(facts.size + 1, 1)));
        let length = 0;
        for (;;) {
          const { bytesRead } = await file.read(bytes, length, bytes.length - length, null);
          length += bytesRead;
          if (bytesRead === 0) break;
          if (length >= bytes.length) throw tooLarge(place.path, maxBytes);
        }
        return { bytes: bytes.subarray(0, length), mode: facts.mode & 0o777 };
      } finally {
        await file.close();
      }
    });
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' || code === 'request.not_found') return undefined;
    if (code === 'ELOOP' || code === 'EISDIR' || code === 'ENXIO') throw noFile(place.path);
    if (code === 'EACCES' || code === 'EPERM') {
      throw new AppError('request.invalid', `The file ${place.path} cannot be read: ${code}.`, {
        params: { path: place.path, reason: code },
        cause: error,
      });
    }
    throw error;
  }
}

/** The same as text. @throws AppError `request.not_found`, `request.invalid` for what is no text */
export async function readText(
  folder: WorkingFolder,
  place: Place,
  limits: { readonly maxBytes: number },
): Promise<string> {
  const content = await readContent(folder, place, limits);
  if (!content) throw notThere(place.path);
  return asText(content.bytes, place.path);
}

/** @throws AppError `request.invalid` */
export function asText(bytes: Buffer, path: string): string {
  const text = isBinary(bytes) ? undefined : decode(bytes);
  if (text !== undefined) return text;
  throw new AppError('request.invalid', `The file ${path} is not text in UTF-8.`, {
    params: { reason: 'binary', path },
  });
}

export function isBinary(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 8192).includes(0);
}

function decode(bytes: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function noFile(path: string): AppError {
  return new AppError('request.invalid', `${path} is no regular file.`, { params: { reason: 'no_file', path } });
}

function tooLarge(path: string, maxBytes: number): AppError {
  return new AppError('request.too_large', `The file ${path} is larger than ${maxBytes} bytes.`, {
    params: { path, limit: maxBytes },
  });
}
