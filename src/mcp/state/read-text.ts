import { constants, open } from 'node:fs/promises';
import { AppError, errorCodeOf } from '#core';

/** More than anything a person writes by hand. */
const maxBytes = 8 << 20;

/** The text of a regular file of bounded size; undefined when there is none. @throws AppError `settings.invalid` */
export async function readText(path: string): Promise<string | undefined> {
  let file;
  try {
    // A pipe put in its place must not make us wait.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const code = errorCodeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw invalidFile(
      path,
      code === 'EACCES' ? 'it cannot be read: permission denied' : `it cannot be read: ${code}`,
      error,
    );
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw invalidFile(path, 'it is not a regular file');
    if (stats.size > maxBytes) throw invalidFile(path, `it is larger than ${maxBytes >> 20} MiB`);
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

export function invalidFile(path: string, reason: string, cause?: unknown): AppError {
  return new AppError('settings.invalid', `The file ${path} is not valid: ${reason}.`, {
    hint: 'Correct the file, or move it away.',
    params: { path, reason },
    cause,
  });
}
