import { AppError } from '#core';
import type { Exchange } from '../http/exchange.ts';
import { plainPath } from './list-folder.ts';

const longestPath = 4096;

/** The path in a container that the query names. @throws AppError `request.invalid` */
export function filePathOf({ query }: Pick<Exchange, 'query'>): string {
  const given = new URLSearchParams(query).get('path') ?? '/';
  if (given.startsWith('/') && given.length <= longestPath && !given.includes('\0')) return plainPath(given);
  throw new AppError('request.invalid', 'path must be an absolute path in the container.', {
    params: { param: 'path', expected: 'an absolute path' },
  });
}
