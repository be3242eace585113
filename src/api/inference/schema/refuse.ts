import { AppError } from '#core';

/** A schema that no grammar can hold: said by keyword, rather than ignored. */
export function refuseSchema(keyword: string, reason: string, path = ''): AppError {
  return new AppError('request.invalid', `The JSON schema cannot be enforced: "${keyword}" ${reason}.`, {
    hint: 'Leave the keyword out, or say it with type, enum, properties, items, anyOf or bounds.',
    params: { reason: 'schema', keyword: keyword.slice(0, 100), ...(path === '' ? {} : { path: path.slice(0, 200) }) },
  });
}
