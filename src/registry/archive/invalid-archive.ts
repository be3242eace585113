import { basename } from 'node:path';
import { AppError, errorCodeOf, isAbort } from '#core';

export function invalidArchive(archive: string, reason: string, cause?: unknown): AppError {
  const file = basename(archive);
  return new AppError('source.invalid_response', `The archive ${file} cannot be used: ${reason}.`, {
    params: { file, reason },
    cause,
  });
}

/** Names what a zip, gzip or tar reader threw; system errors (no space, no access) and cancellation stay what they are. */
export function archiveError(archive: string, thrown: unknown): unknown {
  const isSystemError = /^E(?!RR_)[A-Z0-9]+$/.test(errorCodeOf(thrown) ?? '');
  if (thrown instanceof AppError || isAbort(thrown) || isSystemError) return thrown;
  const detail = thrown instanceof Error ? thrown.message.replace(/[.\s]+$/, '') : String(thrown);
  return invalidArchive(archive, `it is damaged (${detail})`, thrown);
}
