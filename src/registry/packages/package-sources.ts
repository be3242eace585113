import { readdir, readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { AppError, errorCodeOf } from '#core';
import { httpBlob } from '../http/blob.ts';
import { statusError } from '../http/status-error.ts';
import type { AddressScope, HttpClient, PackageFile } from '../types.ts';
import { authorizationFor, splitCredentials, type Location } from './credentials.ts';
import { withLoginHint } from './login-hint.ts';
import { fileBlob } from './file-blob.ts';
import { isSecure, transportFor, type PipSession } from './pip-session.ts';
import { lastSegment, parseSimplePage, simpleAccept, type SimpleFile } from './simple-page.ts';
import { versionOfFile } from './wheel-name.ts';

const maxPageBytes = 64 * 1024 * 1024;

interface Page {
  readonly links: readonly SimpleFile[];
  /** Only a page of this machine may point at its files. */
  readonly isLocal: boolean;
  /** Where the server of the page lies; its links may not lead closer to home. */
  readonly scope?: AddressScope | undefined;
}

/** Files of a distribution in one index; none when the index does not know it. */
export async function filesOfIndex(
  session: PipSession,
  { index, name }: { index: Location; name: string },
): Promise<PackageFile[]> {
  const url = new URL(index.url);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${name}/`;
  const page =
    url.protocol === 'file:'
      ? await localPage(join(fileURLToPath(url), 'index.html'))
      : await remotePage(session, { ...index, url });
  return page === undefined ? [] : toPackageFiles(session, { page, name });
}

/** Files of a distribution in a find-links place: a folder, a page, or one file; local or behind a URL. */
export async function filesOfFindLinks(
  session: PipSession,
  { place, name }: { place: string; name: string },
): Promise<PackageFile[]> {
  const location =
    /^[a-z][a-z0-9+.-]*:\/\//i.test(place) || place.startsWith('file:') ? splitCredentials(place) : undefined;
  if (location === undefined) return localFiles(resolve(place), name);
  if (location.url.protocol === 'file:') return localFiles(fileURLToPath(location.url), name);
  if (location.url.protocol !== 'https:' && location.url.protocol !== 'http:') {
    throw new AppError(
      'settings.invalid',
      `pip's find-links holds an address of an unknown kind, ${location.url.protocol}.`,
      {
        params: { option: 'find-links', protocol: location.url.protocol },
      },
    );
  }
  if (versionOfFile(lastSegment(location.url), name) !== undefined) {
    const link = `<a href="${location.url.href.replaceAll('"', '%22')}"></a>`;
    const links = parseSimplePage(link, { contentType: 'text/html', pageUrl: location.url.href });
    return toPackageFiles(session, { page: { links, isLocal: false }, name });
  }
  const page = await remotePage(session, location);
  if (page === undefined)
    throw new AppError('source.not_found', `The find-links page on ${location.url.host} does not exist.`, {
      params: { host: location.url.host },
    });
  return toPackageFiles(session, { page, name });
}

async function remotePage(session: PipSession, location: Location): Promise<Page | undefined> {
  const { http, config, signal, bearerToken } = session;
  const { url } = location;
  if (!isSecure(config, url)) {
    throw new AppError('source.not_allowed', `The package index ${url.host} is reached without encryption.`, {
      hint: `Use https, or trust it on purpose: PIP_TRUSTED_HOST=${url.hostname}`,
      params: { host: url.host },
    });
  }
  const authorization = bearerToken === undefined ? authorizationFor(location, session) : `Bearer ${bearerToken}`;
  const headers = { accept: simpleAccept, ...(authorization === undefined ? {} : { authorization }) };
  const response = await http.request(url.href, { signal, headers, ...transportFor(session, url) });
  if (response.status === 404) {
    await response.discard();
    return undefined;
  }
  if (response.status !== 200) {
    await response.discard();
    throw withLoginHint(
      statusError(response, { label: `${url.host}${url.pathname}` }),
      'Put the login into the index address that pip uses, or into ~/.netrc.',
    );
  }
  const text = new TextDecoder().decode(await response.bytes(maxPageBytes));
  const contentType = response.headers['content-type'] ?? 'text/html';
  return {
    links: parseSimplePage(text, { contentType, pageUrl: response.url }),
    isLocal: false,
    scope: response.scope,
  };
}

async function localPage(path: string): Promise<Page | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    return {
      links: parseSimplePage(text, { contentType: 'text/html', pageUrl: pathToFileURL(path).href }),
      isLocal: true,
    };
  } catch (error) {
    if (errorCodeOf(error) === 'ENOENT' || errorCodeOf(error) === 'ENOTDIR') return undefined;
    throw error;
  }
}

async function localFiles(path: string, name: string): Promise<PackageFile[]> {
  const paths = await listPlace(path);
  const packages = paths.flatMap((file) => toLocalFile(file, name));
  const pages = await Promise.all(paths.filter((file) => /\.html?$/i.test(file)).map(localPage));
  const linked = pages.flatMap((page) => page?.links ?? []).filter(({ url }) => url.startsWith('file:'));
  return [
    ...packages,
    ...linked.flatMap(({ url, digest }) => toLocalFile(fileURLToPath(url), name).map((file) => ({ ...file, digest }))),
  ];
}

async function listPlace(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    return (await readdir(path)).toSorted().map((entry) => join(path, entry));
  } catch (cause) {
    if (errorCodeOf(cause) !== 'ENOENT') throw cause;
    throw new AppError('source.not_found', `The find-links place ${path} of pip does not exist.`, {
      hint: 'Look at find-links in: pip config list',
      params: { path },
      cause,
    });
  }
}

function toLocalFile(path: string, name: string): PackageFile[] {
  const filename = path.slice(path.lastIndexOf('/') + 1);
  const version = versionOfFile(filename, name);
  return version === undefined ? [] : [{ filename, version, digest: undefined, blob: fileBlob(path) }];
}

function toPackageFiles(session: PipSession, { page, name }: { page: Page; name: string }): PackageFile[] {
  return page.links.flatMap((link) => {
    const version = versionOfFile(link.filename, name);
    const location = splitCredentials(link.url);
    if (version === undefined || location === undefined) return [];
    const { filename, digest, sizeBytes, yanked } = link;
    if (location.url.protocol === 'file:') {
      if (!page.isLocal) return [];
      return { filename, version, digest, blob: fileBlob(fileURLToPath(location.url)), yanked };
    }
    // A digest from a trusted page makes up for an untrusted road; without one the road must be safe.
    if (digest === undefined && !isSecure(session.config, location.url)) return [];
    return {
      filename,
      version,
      digest,
      blob: remoteBlob(session, { location, sizeBytes, ledFrom: page.scope }),
      yanked,
    };
  });
}

function remoteBlob(
  session: PipSession,
  {
    location,
    sizeBytes,
    ledFrom,
  }: { location: Location; sizeBytes: number | undefined; ledFrom: AddressScope | undefined },
) {
  const { url } = location;
  const isOwn = session.indexes.some((index) => index.url.origin === url.origin);
  const bearerToken = isOwn ? session.bearerToken : undefined;
  const authorization = bearerToken === undefined ? authorizationFor(location, session) : `Bearer ${bearerToken}`;
  const http: HttpClient = { request: (address, request) => session.http.request(address, { ...request, ledFrom }) };
  return httpBlob({
    http,
    url: url.href,
    headers: authorization === undefined ? {} : { authorization },
    label: `${url.host}/${lastSegment(url)}`,
    sizeBytes,
    ...transportFor(session, url),
  });
}
