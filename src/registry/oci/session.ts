import { statusError } from '../http/status-error.ts';
import type { HttpClient, HttpRequest, HttpResponse } from '../types.ts';
import type { Endpoint } from './endpoint.ts';
import type { Authorizer } from './tokens.ts';

export interface RegistryCall {
  readonly endpoint: Endpoint;
  readonly repository: string;
  readonly actions: 'pull' | 'pull,push';
  readonly signal: AbortSignal;
  readonly bearerToken?: string | undefined;
}

export interface RegistryRequest extends Pick<HttpRequest, 'method' | 'headers' | 'ledFrom'> {
  /** Below `/v2/<repository>/`, or a whole URL the registry gave. */
  readonly path: string;
  /** Made anew for each attempt, as a refused one may have used it up. */
  readonly body?: (() => HttpRequest['body']) | undefined;
}

export type SendToRegistry = (call: RegistryCall, request: RegistryRequest) => Promise<HttpResponse>;

/** Sends requests with the right credentials, and once more after a challenge. Any status but 401 is a result. */
export function createSession({ http, authorizer }: { http: HttpClient; authorizer: Authorizer }): SendToRegistry {
  return async (call, request) => {
    const { endpoint, repository, actions, signal, bearerToken } = call;
    const scope = `repository:${repository}:${actions}`;
    const isAbsolute = /^https?:/.test(request.path);
    const url = isAbsolute ? request.path : `${endpoint.baseUrl}/v2/${repository}/${request.path}`;
    const isForeign = new URL(url).origin !== new URL(endpoint.baseUrl).origin;
    const send = (authorization: string | undefined): Promise<HttpResponse> => {
      const headers: Record<string, string> = { ...request.headers };
      if (authorization !== undefined && !isForeign) headers['authorization'] = authorization;
      const { method, ledFrom, body } = request;
      return http.request(url, { signal, method, ledFrom, headers, body: body?.() });
    };
    // A token given for the registry is not a mirror's to see.
    if (bearerToken !== undefined && !endpoint.isMirror) return send(`Bearer ${bearerToken}`);
    const first = await send(authorizer.known(endpoint, scope));
    if (first.status !== 401 || isForeign) return first;
    const authorization = await authorizer.answer(first, { endpoint, scope, signal });
    await first.discard();
    if (authorization === undefined) throw statusError(first, { label: `${endpoint.registry}/${repository}` });
    return send(authorization);
  };
}
