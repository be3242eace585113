import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

export interface Refusal {
  readonly status: number;
  readonly message: string;
  readonly type: string;
}

/**
 * Who may ask. With a master key whoever has it. Without one the gateway spends the user's keys for programs of this machine
 * alone: a web page reaches it under a foreign origin, or through a name that was made to point here.
 */
export function refusalOf(headers: IncomingHttpHeaders, masterKey: string | undefined): Refusal | undefined {
  if (masterKey !== undefined) {
    return sameText(givenKey(headers), masterKey)
      ? undefined
      : { status: 401, message: 'The key of this gateway is missing or wrong.', type: 'authentication_error' };
  }
  const { origin, host = '' } = headers;
  const foreign = origin !== undefined && !isLoopback(hostOf(origin));
  if (!foreign && isLoopback(hostOf(`http://${host}`))) return undefined;
  const message = 'Without a master_key the gateway answers only programs of this machine.';
  return { status: 403, message, type: 'permission_error' };
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
}

function givenKey(headers: IncomingHttpHeaders): string {
  const bearer = /^Bearer\s+(.*)$/i.exec(headers.authorization ?? '')?.[1];
  const key = headers['x-api-key'];
  return bearer ?? (typeof key === 'string' ? key : '');
}

function sameText(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(wanted));
}
