import { AppError } from '#core';

/** Error for an archive that is not what it should be. `reason` finishes the sentence. */
export function invalidTar(reason: string, cause?: unknown): AppError {
  return new AppError('model.invalid_file', `The archive is not usable: ${reason}.`, {
    hint: 'Get the archive again; if it stays so, its maker has to repair it.',
    params: { reason: 'archive', detail: reason },
    cause,
  });
}
