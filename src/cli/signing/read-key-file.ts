import { readFile } from 'node:fs/promises';
import { usageError } from '../usage-error.ts';
import type { Translate } from '../messages/translate.ts';

/** @throws AppError `request.invalid` */
export async function readKeyFile(file: string, t: Translate): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw usageError(t('sign.unreadable', { file, reason }));
  }
}
