import { AppError } from '#core';
import type { HttpRequest } from '../types.ts';
import { basic } from './credentials.ts';
import type { NpmConfig } from './npm-config.ts';

/** Header value for an address: npm keeps logins under `//host/path/` keys, the longest path that matches counts. */
export function npmAuthorization(config: NpmConfig, url: URL): string | undefined {
  const get = (key: string): string | undefined => config.get(key)?.[0];
  const parts = url.pathname.split('/').filter((part) => part !== '');
  for (let count = parts.length; count >= 0; count -= 1) {
    const path = parts
      .slice(0, count)
      .map((part) => `${part}/`)
      .join('');
    // npm writes the keys with the final slash and reads them without, too.
    for (const place of [`//${url.host}/${path}`, `//${url.host}/${path}`.replace(/\/$/, '')]) {
      refuseClientCertificate(config, place);
      const token = get(`${place}:_authToken`);
      if (token) return `Bearer ${token}`;
      const login = get(`${place}:username`);
      const password = get(`${place}:_password`);
      if (login && password) return basic(login, Buffer.from(password, 'base64').toString());
      const both = get(`${place}:_auth`);
      if (both) return `Basic ${both}`;
    }
  }
  return undefined;
}

/** Proxy and certificates as npm is configured; a value it leaves open is left to the environment. */
export async function npmTransport(
  config: NpmConfig,
  { url, readText }: { url: URL; readText: (path: string) => Promise<string> },
): Promise<Pick<HttpRequest, 'tls' | 'proxy'>> {
  const get = (key: string): string | undefined => config.get(key)?.[0];
  const inline = (config.get('ca') ?? [])
    .filter((text) => text !== '' && text !== 'null')
    .map((text) => text.replaceAll('\\n', '\n'));
  const cafile = get('cafile');
  const ca = cafile ? await readCertificates(cafile, readText) : inline.join('\n');
  const proxy = (url.protocol === 'https:' ? get('https-proxy') : undefined) || get('proxy') || undefined;
  const isDirect = proxy === 'null' || proxy === 'false' || bypassesProxy(config, url.hostname);
  return {
    tls: { ca: ca === '' ? undefined : ca, insecure: get('strict-ssl') === 'false' },
    proxy: isDirect ? undefined : proxy,
  };
}

function bypassesProxy(config: NpmConfig, host: string): boolean {
  const names = (config.get('noproxy') ?? [])
    .join(',')
    .split(/[\s,]+/)
    .filter((name) => name !== '');
  return names.some(
    (name) => name === '*' || host === name.replace(/^\./, '') || host.endsWith(`.${name.replace(/^\./, '')}`),
  );
}

function refuseClientCertificate(config: NpmConfig, place: string): void {
  const key = [`${place}:certfile`, `${place}:keyfile`].find((name) => config.has(name));
  if (key === undefined) return;
  throw new AppError(
    'settings.invalid',
    `npm is configured with a client certificate for ${place}, which Gantry cannot use.`,
    {
      hint: 'Use a token for that registry instead.',
      params: { place },
    },
  );
}

async function readCertificates(path: string, readText: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readText(path);
  } catch (cause) {
    throw new AppError('settings.invalid', `The certificates that npm is configured for, ${path}, cannot be read.`, {
      hint: 'Correct cafile in .npmrc.',
      params: { path },
      cause,
    });
  }
}
