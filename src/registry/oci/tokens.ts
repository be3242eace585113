import { z } from 'zod';
import { AppError, type Clock } from '#core';
import { invalidResponse } from '../http/failures.ts';
import { statusError } from '../http/status-error.ts';
import type { HttpClient, HttpResponse } from '../types.ts';
import { parseChallenge, type Challenge } from './challenge.ts';
import type { Credential, Credentials } from './credentials.ts';
import type { Endpoint } from './endpoint.ts';

/** Answers a registry's challenges and remembers the answers per registry and scope. */
export interface Authorizer {
  /** What is known to work, without asking anybody. */
  known(endpoint: Endpoint, scope: string): string | undefined;
  /** An Authorization header for a 401; undefined when there is no way to answer it. */
  answer(
    refusal: HttpResponse,
    request: { endpoint: Endpoint; scope: string; signal: AbortSignal },
  ): Promise<string | undefined>;
}

const tokenAnswer = z.object({
  token: z.string().optional(),
  access_token: z.string().optional(),
  expires_in: z.number().optional(),
});

// What the token specification of the distribution project states when a service does not say.
const defaultLifetimeSeconds = 60;
const longestLifetimeSeconds = 3600;
const maxTokenBytes = 1 << 20;

type BearerChallenge = Extract<Challenge, { scheme: 'bearer' }>;

export function createAuthorizer({
  http,
  credentials,
  clock,
}: {
  http: HttpClient;
  credentials: Credentials;
  clock: Clock;
}): Authorizer {
  const cache = new Map<string, { header: string; expiresAt: number }>();
  const keyOf = (endpoint: Endpoint, scope: string): string => `${endpoint.baseUrl} ${scope}`;
  const remember = (key: string, header: string, lifetimeMs: number): string => {
    const now = clock.monotonic();
    for (const [other, { expiresAt }] of cache) if (expiresAt <= now) cache.delete(other);
    cache.set(key, { header, expiresAt: now + lifetimeMs });
    return header;
  };

  return {
    known(endpoint, scope) {
      const entry = cache.get(keyOf(endpoint, scope));
      return entry !== undefined && entry.expiresAt > clock.monotonic() ? entry.header : undefined;
    },
    async answer(refusal, { endpoint, scope, signal }) {
      const key = keyOf(endpoint, scope);
      cache.delete(key);
      const challenge = parseChallenge(refusal.headers['www-authenticate']);
      if (challenge === undefined) return undefined;
      const credential = await credentials.forRegistry(endpoint.registry, { signal });
      if (challenge.scheme === 'basic') {
        if (credential?.kind !== 'basic') return undefined;
        return remember(key, basic(credential), longestLifetimeSeconds * 1000);
      }
      const realm = checkedRealm(challenge, endpoint);
      const response = await requestToken(http, {
        realm,
        challenge,
        credential,
        scope,
        signal,
        ledFrom: refusal.scope,
      });
      if (response.status !== 200) {
        await response.discard();
        throw tokenRefused(response, endpoint);
      }
      const parsed = tokenAnswer.safeParse(await response.json(maxTokenBytes));
      const token = parsed.data?.token ?? parsed.data?.access_token;
      if (!token || /[^\x21-\x7e]/.test(token)) throw invalidResponse(realm.host, 'it holds no token');
      const seconds = Math.min(parsed.data?.expires_in ?? defaultLifetimeSeconds, longestLifetimeSeconds);
      return remember(key, `Bearer ${token}`, seconds * 900);
    },
  };
}

function basic({ username, password }: Extract<Credential, { kind: 'basic' }>): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

function checkedRealm({ realm }: BearerChallenge, endpoint: Endpoint): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  const isPlainRegistry = endpoint.baseUrl.startsWith('http:');
  const isUsable = url?.protocol === 'https:' || (url?.protocol === 'http:' && isPlainRegistry);
  if (url !== undefined && isUsable && url.username === '') return url;
  throw invalidResponse(endpoint.registry, 'it names no secure address to log in at');
}

interface TokenRequest {
  readonly realm: URL;
  readonly challenge: BearerChallenge;
  readonly credential: Credential | undefined;
  readonly scope: string;
  readonly signal: AbortSignal;
  readonly ledFrom: HttpResponse['scope'];
}

function requestToken(
  http: HttpClient,
  { realm, challenge, credential, scope, signal, ledFrom }: TokenRequest,
): Promise<HttpResponse> {
  const wanted = challenge.scope ?? scope;
  if (credential?.kind === 'identity') {
    const form = new URLSearchParams({
      grant_type: 'refresh_token',
      refresh_token: credential.token,
      client_id: 'gantry',
      scope: wanted,
      ...(challenge.service !== undefined && { service: challenge.service }),
    });
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    return http.request(realm.href, { signal, ledFrom, method: 'POST', headers, body: form.toString() });
  }
  const url = new URL(realm);
  if (challenge.service !== undefined) url.searchParams.set('service', challenge.service);
  url.searchParams.set('scope', wanted);
  const headers: Record<string, string> = credential === undefined ? {} : { authorization: basic(credential) };
  return http.request(url.href, { signal, ledFrom, headers });
}

function tokenRefused(response: HttpResponse, { registry }: Endpoint): AppError {
  if (response.status !== 401 && response.status !== 403)
    return statusError(response, { label: `A login token for ${registry}` });
  return new AppError('source.unauthorized', `${registry} refuses the stored login.`, {
    hint: `Log in again with: docker login ${registry}`,
    params: { label: registry, status: response.status },
  });
}
