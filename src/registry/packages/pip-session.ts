import { readFile } from 'node:fs/promises';
import { AppError, type Env } from '#core';
import type { HttpClient, HttpRequest, RequestOptions } from '../types.ts';
import { readNetrc, splitCredentials, type Location } from './credentials.ts';
import { readPipConfig, type PipConfig } from './pip-config.ts';

export interface PipSessionOptions {
  readonly http: HttpClient;
  readonly env: Env;
  readonly userHome: string;
  /** Reads pip's configuration, netrc and certificates. */
  readonly readText?: ((path: string) => Promise<string>) | undefined;
}

/** What one search has at hand; made anew for each, so that a changed pip configuration counts at once. */
export interface PipSession {
  readonly http: HttpClient;
  readonly config: PipConfig;
  readonly indexes: readonly Location[];
  readonly netrc: string;
  readonly ca: string | undefined;
  readonly signal: AbortSignal;
  readonly bearerToken: string | undefined;
}

export async function openPipSession(options: PipSessionOptions, request: RequestOptions): Promise<PipSession> {
  const { http, env, userHome } = options;
  const readText = options.readText ?? ((path: string) => readFile(path, 'utf8'));
  const config = await readPipConfig({ env, userHome, readText });
  if (config.clientCert !== undefined) {
    throw new AppError(
      'settings.invalid',
      "pip's option client-cert is set, and Gantry cannot use client certificates.",
      {
        hint: 'Unset PIP_CLIENT_CERT, or name an index that needs none in PIP_INDEX_URL.',
        params: { option: 'client-cert' },
      },
    );
  }
  return {
    http,
    config,
    indexes: config.noIndex ? [] : [config.indexUrl, ...config.extraIndexUrls].map(parseIndex),
    netrc: await readNetrc(env, { userHome, readText }),
    ca: config.cert === undefined ? undefined : await readCertificates(config.cert, readText),
    signal: request.signal,
    bearerToken: request.bearerToken,
  };
}

function parseIndex(text: string): Location {
  const location = splitCredentials(text);
  if (location && ['https:', 'http:', 'file:'].includes(location.url.protocol)) return location;
  throw new AppError('settings.invalid', 'An index address in the configuration of pip is not a URL.', {
    hint: 'Look at index-url and extra-index-url in: pip config list',
    params: { option: 'index-url' },
  });
}

async function readCertificates(path: string, readText: (path: string) => Promise<string>): Promise<string> {
  try {
    return await readText(path);
  } catch (cause) {
    throw new AppError('settings.invalid', `The certificates that pip is configured for, ${path}, cannot be read.`, {
      hint: 'Let PIP_CERT or REQUESTS_CA_BUNDLE name one PEM file.',
      params: { path },
      cause,
    });
  }
}

/** How a request to this place is made: proxy, certificates, and whether the place is exempt from verification. */
export function transportFor({ config, ca }: PipSession, url: URL): Pick<HttpRequest, 'tls' | 'proxy'> {
  const insecure = isTrusted(config, url);
  return { tls: { ca, insecure }, proxy: config.proxy };
}

/** pip's rule: https, this machine, and hosts the user trusts. */
export function isSecure(config: PipConfig, url: URL): boolean {
  const host = url.hostname;
  const isLocal = host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host);
  return url.protocol !== 'http:' || isLocal || isTrusted(config, url);
}

function isTrusted(config: PipConfig, url: URL): boolean {
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  return config.trustedHosts.some((host) => host === url.hostname || host === `${url.hostname}:${port}`);
}
