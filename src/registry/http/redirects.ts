import type { HttpRequest } from '../types.ts';
import { isLoopbackHost } from './address-scope.ts';

export const maxRedirects = 10;

export interface Hop {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: HttpRequest['body'];
}

export type Redirect = { follow: Hop } | { follow: undefined; refused: string } | undefined;

const secrets = new Set(['authorization', 'cookie', 'proxy-authorization']);

/** What to do with a redirect: the next hop, a refusal with its reason, or undefined when the answer is none. */
export function nextHop(hop: Hop, status: number, location: string | undefined): Redirect {
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  if (!URL.canParse(location, hop.url.href)) return { follow: undefined, refused: 'its redirect has no valid address' };
  const url = new URL(location, hop.url);
  url.username = '';
  url.password = '';
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return { follow: undefined, refused: `it redirects to ${url.protocol}` };
  if (hop.url.protocol === 'https:' && url.protocol === 'http:' && !isLoopbackHost(url.hostname)) {
    return { follow: undefined, refused: 'it redirects from https to http' };
  }
  const becomesGet = status === 303 || ((status === 301 || status === 302) && hop.method === 'POST');
  const method = becomesGet && hop.method !== 'HEAD' ? 'GET' : hop.method;
  const body = method === hop.method ? hop.body : undefined;
  if (body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)) {
    return { follow: undefined, refused: 'it redirects in the middle of an upload' };
  }
  const dropped = (name: string): boolean =>
    (url.origin !== hop.url.origin && secrets.has(name)) || (body === undefined && name.startsWith('content-'));
  const headers = Object.fromEntries(Object.entries(hop.headers).filter(([name]) => !dropped(name)));
  return { follow: { url, method, headers, body } };
}
