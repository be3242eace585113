import { writeFile } from 'node:fs/promises';
import { errorCodeOf } from '#core';
import type { CliContext } from '../../context.ts';
import { usageError } from '../../usage-error.ts';

/** Writes a file that must not be there yet. */
export async function writeFileExclusive({ t }: CliContext, path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text, { flag: 'wx' });
  } catch (error) {
    const code = errorCodeOf(error);
    const reason = code === 'EEXIST' ? t('mcp.file.exists') : (code ?? String(error));
    throw usageError(t('mcp.file.notWritten', { file: path, reason }));
  }
}
