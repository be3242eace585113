import { AppError } from '#core';
import { statusError } from '../http/status-error.ts';
import type { HttpResponse } from '../types.ts';

/** What a failed Hub answer means. The Hub tells 401 cases apart in `x-error-code`: without a token a missing and a private repository look alike. */
export function hubError(
  response: Pick<HttpResponse, 'status' | 'headers'>,
  request: { repository: string; revision: string; host: string; hasToken: boolean },
): AppError {
  const { repository, revision, host, hasToken } = request;
  const code = response.headers['x-error-code'];
  const params = { repository, revision, host, status: response.status };
  if (code === 'GatedRepo') {
    return new AppError('source.forbidden', `${repository} asks you to accept its terms before it can be downloaded.`, {
      hint: `Accept them at ${host}/${repository}, then set HF_TOKEN to a token of that account.`,
      params,
    });
  }
  if (code === 'RevisionNotFound') {
    return new AppError('source.not_found', `${repository} has no revision ${revision} on ${host}.`, {
      hint: 'Check the spelling of the branch, tag or commit.',
      params,
    });
  }
  if (response.status === 404 || code === 'RepoNotFound') {
    return new AppError('source.not_found', `${host} has no repository ${repository} that you may see.`, {
      hint: hasToken
        ? 'Check the spelling, and what your token may read.'
        : 'Check the spelling, or set HF_TOKEN if it is private.',
      params,
    });
  }
  if (response.status === 401) {
    return new AppError(
      'source.unauthorized',
      hasToken ? `${host} does not accept the token.` : `${repository} needs a login on ${host}.`,
      {
        hint: hasToken ? 'Renew it: hf auth login, or a new HF_TOKEN.' : 'Set HF_TOKEN to a token of your account.',
        params,
      },
    );
  }
  return statusError(response, { label: `${host}/${repository}` });
}
