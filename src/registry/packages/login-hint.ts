import { AppError } from '#core';

/** Says how to log in to a package registry, which is not how one logs in to a container registry. */
export function withLoginHint(error: AppError, hint: string): AppError {
  if (error.code !== 'source.unauthorized' && error.code !== 'source.forbidden') return error;
  return new AppError(error.code, error.message, { hint, params: error.params });
}
