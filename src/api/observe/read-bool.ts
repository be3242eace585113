import { AppError } from '#core';

const truths = new Set(['1', 't', 'T', 'TRUE', 'true', 'True']);
const falsehoods = new Set(['', '0', 'f', 'F', 'FALSE', 'false', 'False']);

/** A yes or no of a query, in the words of docker/model-runner; no when it is not there. @throws AppError `request.invalid` */
export function readBool(query: URLSearchParams, name: string): boolean {
  const value = query.get(name) ?? '';
  if (truths.has(value)) return true;
  if (falsehoods.has(value)) return false;
  throw new AppError('request.invalid', `"${name}" must be true or false, not "${value.slice(0, 50)}".`, {
    params: { param: name, expected: 'true or false' },
  });
}
