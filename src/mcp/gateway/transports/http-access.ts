import { createHash, randomInt, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface HttpAccess {
  /** Undefined: everybody may ask. */
  readonly token: string | undefined;
  /** Names besides those of this machine's loopback by which it may be called; `*` for any. */
  readonly allowedHosts: readonly string[];
}

export type AccessVerdict =
  | { readonly allowed: true; readonly origin: string | undefined }
  | { readonly allowed: false; readonly status: 401 | 403; readonly text: string };

/**
 * Pages of other sites can make a browser send requests here, also under a name of theirs that leads to this machine, so both
 * where a request comes from and whom it names are looked at. The token is compared in constant time.
 */
export function judgeAccess(
  headers: IncomingHttpHeaders,
  { localAddress, access }: { readonly localAddress: string | undefined; readonly access: HttpAccess },
): AccessVerdict {
  const { origin, host = '', authorization = '' } = headers;
  if (origin !== undefined && !isLoopbackOrigin(origin)) {
    const text = `Forbidden: Origin, if set, must be localhost, 127.0.0.1, or ::1, got: ${origin.slice(0, 200)}`;
    return { allowed: false, status: 403, text };
  }
  if (isLoopbackAddress(localAddress) && !isAllowedHost(host, access.allowedHosts)) {
    return { allowed: false, status: 403, text: `Forbidden: invalid Host header: ${host.slice(0, 200)}` };
  }
  if (access.token === undefined || hasToken(authorization, access.token)) return { allowed: true, origin };
  return { allowed: false, status: 401, text: 'Unauthorized' };
}

function hasToken(authorization: string, token: string): boolean {
  const given = authorization.startsWith('Bearer ') ? authorization.slice('Bearer '.length) : '';
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(token));
}

const loopbackNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

function isLoopbackOrigin(origin: string): boolean {
  try {
    const { protocol, hostname } = new URL(origin);
    return (protocol === 'http:' || protocol === 'https:') && loopbackNames.has(hostname);
  } catch {
    return false;
  }
}

function isAllowedHost(host: string, allowed: readonly string[]): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return loopbackNames.has(name) || allowed.includes('*') || allowed.some((one) => one.toLowerCase() === name);
}

export function isLoopbackAddress(address: string | undefined): boolean {
  return address !== undefined && /^(?:::1|(?:::ffff:)?127(?:\.\d{1,3}){3})$/.test(address);
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** As long, and of the same letters, as Docker's gateway makes them. */
export function randomToken(): string {
  return Array.from({ length: 50 }, () => letters[randomInt(letters.length)]).join('');
}
