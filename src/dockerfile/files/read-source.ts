import { open } from 'node:fs/promises';
import { AppError, errorCodeOf } from '#core';
import { maxSourceBytes } from '../source/parse.ts';

/** The text of a Dockerfile. @throws AppError `request.not_found`, `request.invalid`, `request.too_large` */
export async function readSource(path: string): Promise<string> {
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw unreadable(path, cause);
  });
  try {
    const facts = await file.stat();
    // A pipe or a device has no end.
    if (!facts.isFile()) throw unreadable(path, undefined);
    if (facts.size > maxSourceBytes) throw tooLarge();
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

export function unreadable(path: string, cause: unknown): AppError {
  const isAbsent = errorCodeOf(cause) === 'ENOENT' || errorCodeOf(cause) === 'ENOTDIR';
  return isAbsent
    ? new AppError('request.not_found', `There is no file ${path}.`, { params: { reason: 'file', path }, cause })
    : new AppError('request.invalid', `The file ${path} cannot be read.`, { params: { path }, cause });
}

export function tooLarge(): AppError {
  return new AppError('request.too_large', `The Dockerfile is larger than ${maxSourceBytes} bytes.`, {
    params: { limit: maxSourceBytes },
  });
}
