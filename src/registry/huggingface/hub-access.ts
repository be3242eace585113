import { AppError, type Clock } from '#core';
import type { HttpClient, HttpResponse } from '../types.ts';
import type { HubEndpoint } from './hub-endpoint.ts';
import { hubError } from './hub-error.ts';

/** Where pushes go. */
export const branch = 'main';

export interface HubAccess {
  readonly http: HttpClient;
  readonly clock: Clock;
  readonly endpoint: HubEndpoint;
  readonly repository: string;
  /** The login; for the Hub's own origin alone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A request to the Hub itself, with the login. @throws AppError `source.*` for any answer but success */
export async function post(
  { http, endpoint, repository, headers, signal }: HubAccess,
  { url, contentType, body }: { url: string; contentType: string; body: string },
): Promise<HttpResponse> {
  const response = await http.request(url, {
    signal,
    method: 'POST',
    headers: {
      accept: contentType === 'application/x-ndjson' ? 'application/json' : contentType,
      'content-type': contentType,
      ...headers,
    },
    body,
  });
  if (response.status === 200 || response.status === 201) return response;
  await response.discard();
  const { host } = endpoint;
  if (response.status === 403) {
    throw new AppError('source.forbidden', `${host} does not let this token write to ${repository}.`, {
      hint: 'Use a token with write access, in HF_TOKEN or with hf auth login.',
      params: { reason: 'write', repository, host, status: response.status },
    });
  }
  throw hubError(response, { repository, revision: branch, host, hasToken: 'authorization' in headers });
}
