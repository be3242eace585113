import { isAbsolute } from 'node:path';
import { AppError } from '#core';
import type { PackagingRequest } from '../types.ts';

/** Refuses what contradicts itself before any file is touched. @throws AppError `request.invalid` */
export function checkPackaging({ source, mmproj, chatTemplate, licences = [], ...rest }: PackagingRequest): void {
  const paths: readonly (readonly [string, string | undefined])[] = [
    [source.kind, source.kind === 'model' ? undefined : source.path],
    ['mmproj', mmproj],
    ['chatTemplate', chatTemplate],
    ...licences.map((path) => ['licenses', path] as const),
  ];
  for (const [param, path] of paths) {
    if (path === undefined || isAbsolute(path)) continue;
    throw new AppError('request.invalid', `The path "${path.slice(0, 200)}" is not absolute.`, {
      hint: 'Give the whole path, from / on.',
      params: { reason: 'path_not_absolute', param, path: path.slice(0, 200) },
    });
  }
  if (rest.format === 'cncf' && rest.contextSize !== undefined) throw contextNotInModelPack();
  if (rest.contextSize !== undefined && !(Number.isSafeInteger(rest.contextSize) && rest.contextSize > 0)) {
    throw new AppError('request.invalid', 'The context size must be a whole number above 0.', {
      params: { reason: 'context_not_positive', param: 'contextSize' },
    });
  }
}

export function contextNotInModelPack(): AppError {
  return new AppError('request.invalid', 'A model in the CNCF format cannot say a context size.', {
    hint: 'Leave out the context size, or use the docker format.',
    params: { reason: 'context_in_modelpack', param: 'contextSize' },
  });
}
