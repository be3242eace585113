import { join } from 'node:path';
import { errorCodeOf, type Env } from '#core';
import { findNetrcLogin } from './netrc.ts';

/** An address taken apart: what may be shown and requested, and what goes into a header. */
export interface Location {
  readonly url: URL;
  readonly authorization: string | undefined;
}

/** Takes user name and password out of an address; undefined when the text is no URL. */
export function splitCredentials(text: string): Location | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  const hasLogin = username !== '' || password !== '';
  return { url, authorization: hasLogin ? basic(decode(username), decode(password)) : undefined };
}

export function basic(login: string, password: string): string {
  return `Basic ${Buffer.from(`${login}:${password}`).toString('base64')}`;
}

/** Text of the netrc file: `NETRC`, `~/.netrc`, `~/_netrc`; empty when there is none. */
export async function readNetrc(
  env: Env,
  { userHome, readText }: { userHome: string; readText: (path: string) => Promise<string> },
): Promise<string> {
  const paths = env['NETRC'] ? [env['NETRC']] : [join(userHome, '.netrc'), join(userHome, '_netrc')];
  for (const path of paths) {
    try {
      return await readText(path);
    } catch (error) {
      const code = errorCodeOf(error);
      if (code !== 'ENOENT' && code !== 'ENOTDIR') throw error;
    }
  }
  return '';
}

/** As pip decides: what the address itself holds, then the login of an index on the same origin, then netrc. */
export function authorizationFor(
  location: Location,
  { indexes, netrc }: { indexes: readonly Location[]; netrc: string },
): string | undefined {
  const { url, authorization } = location;
  if (authorization !== undefined) return authorization;
  const sameOrigin = indexes.find((index) => index.authorization !== undefined && index.url.origin === url.origin);
  if (sameOrigin) return sameOrigin.authorization;
  const login = netrc === '' ? undefined : findNetrcLogin(netrc, url.hostname);
  return login && basic(login.login, login.password);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
