import { AppError } from '#core';
import type { HttpResponse } from '../types.ts';

/** The AppError for an answer that is not the one hoped for. `label` says what was asked for, without secrets. */
export function statusError(
  response: Pick<HttpResponse, 'status' | 'headers'>,
  { label }: { label: string },
): AppError {
  const { status } = response;
  const params = { label, status };
  if (status === 401) {
    return new AppError('source.unauthorized', `${label} does not exist or needs a login.`, {
      hint: 'Check the name, or log in, for example with: docker login REGISTRY',
      params,
    });
  }
  if (status === 403) {
    return new AppError('source.forbidden', `Access to ${label} is denied.`, {
      hint: 'Check that your account may read it.',
      params,
    });
  }
  if (status === 404) {
    return new AppError('source.not_found', `${label} does not exist.`, {
      hint: 'Check the spelling of the name and the tag.',
      params,
    });
  }
  if (status === 429) {
    const retryAfter = response.headers['retry-after'] ?? '';
    const when = retryAfter === '' ? '' : ` It asks to wait: ${printable(retryAfter)}.`;
    return new AppError('source.rate_limited', `${label} is refused because of too many requests.${when}`, {
      hint: 'Wait a while, or log in: registries allow more to known users.',
      params: { ...params, retryAfter: printable(retryAfter) },
    });
  }
  return new AppError('source.invalid_response', `${label}: the server answered with status ${status}.`, {
    hint: status >= 500 ? 'The server has a problem; try again later.' : undefined,
    params,
  });
}

function printable(text: string): string {
  return text.replace(/[^\x20-\x7e]/g, '').slice(0, 64);
}
