import { isAbsolute } from 'node:path';
import { AppError } from '#core';
import type { DockerViews } from '../types.ts';

/** The folder that a request opens: the home of the daemon's user unless it names another. */
export type RootOf = (root: string | undefined) => string;

export function createRootOf({ userHome }: Pick<DockerViews, 'userHome'>): RootOf {
  return (root) => {
    const chosen = root ?? userHome;
    if (isAbsolute(chosen)) return chosen;
    throw new AppError('request.invalid', 'root must be an absolute path.', {
      params: { param: 'root', expected: 'an absolute path' },
    });
  };
}
