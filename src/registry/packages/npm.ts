import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { AppError, type Env } from '#core';
import { httpBlob } from '../http/blob.ts';
import { statusError } from '../http/status-error.ts';
import type { HttpClient, HttpResponse, NpmRegistry, PackageFile, RequestOptions } from '../types.ts';
import { splitCredentials, type Location } from './credentials.ts';
import { withLoginHint } from './login-hint.ts';
import { readNpmConfig, type NpmConfig } from './npm-config.ts';
import { npmAuthorization, npmTransport } from './npm-transport.ts';
import { lastSegment } from './simple-page.ts';

export interface NpmRegistryOptions {
  readonly http: HttpClient;
  readonly env: Env;
  readonly userHome: string;
  /** Folder Node is installed under, where npm's global file lives. */
  readonly prefix?: string | undefined;
  readonly readText?: ((path: string) => Promise<string>) | undefined;
}

const maxPackumentBytes = 64 * 1024 * 1024;
const accept = 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8';
const publicRegistry = 'https://registry.npmjs.org/';

const packument = z.object({
  'dist-tags': z.record(z.string(), z.string()).default({}),
  versions: z.record(z.string(), z.unknown()),
});

const manifest = z.object({
  version: z.string(),
  dist: z.object({
    tarball: z.string(),
    integrity: z.string().nullish(),
    shasum: z
      .string()
      .regex(/^[0-9a-f]{40}$/i)
      .nullish(),
  }),
});

/** Finds tarballs where npm would. `version` is an exact version or a dist-tag; ranges are not resolved. */
export function createNpmRegistry(options: NpmRegistryOptions): NpmRegistry {
  const { http, env, userHome } = options;
  const readText = options.readText ?? ((path: string) => readFile(path, 'utf8'));
  const prefix = options.prefix ?? (env['PREFIX'] || join(dirname(process.execPath), '..'));

  return {
    async tarball(packageName, request) {
      assertPackageName(packageName);
      const config = await readNpmConfig({ env, userHome, readText, prefix });
      const registry = registryFor(config, packageName);
      const url = new URL(packageName.replace('/', '%2f'), registry.url);
      const transport = await npmTransport(config, { url, readText });
      const headers = { accept, ...authorizationHeader(config, { location: { ...registry, url }, request }) };
      const response = await http.request(url.href, { signal: request.signal, headers, ...transport });
      const { version, dist } = await pickVersion(response, { packageName, wanted: request.version ?? 'latest' });

      const place = tarballPlace(dist.tarball, { config, registry, packageName });
      const isOwn = place.url.origin === registry.url.origin;
      const own = { ...place, authorization: isOwn ? registry.authorization : undefined };
      const bearerToken = isOwn ? request.bearerToken : undefined;
      const ledFrom = response.scope;
      const file: PackageFile = {
        filename: lastSegment(place.url),
        version,
        digest: undefined,
        integrity: dist.integrity ?? sha1Integrity(dist.shasum),
        blob: httpBlob({
          http: { request: (address, asked) => http.request(address, { ...asked, ledFrom }) },
          url: place.url.href,
          headers: authorizationHeader(config, { location: own, request: { bearerToken } }),
          label: `${place.url.host}/${lastSegment(place.url)}`,
          ...(await npmTransport(config, { url: place.url, readText })),
        }),
      };
      return file;
    },
  };
}

async function pickVersion(
  response: HttpResponse,
  { packageName, wanted }: { packageName: string; wanted: string },
): Promise<z.infer<typeof manifest>> {
  const { host } = new URL(response.url);
  if (response.status !== 200) {
    await response.discard();
    throw withLoginHint(
      statusError(response, { label: `${host}/${packageName}` }),
      'Log in with: npm login --registry=ADDRESS',
    );
  }
  const body = parse(packument, await response.json(maxPackumentBytes), host);
  const { 'dist-tags': tags, versions } = body;
  const version = Object.hasOwn(tags, wanted) ? (tags[wanted] ?? wanted) : wanted;
  if (Object.hasOwn(versions, version)) return parse(manifest, versions[version], host);
  const known = Object.keys(versions).slice(-8).join(', ');
  throw new AppError('source.not_found', `${host} has no version ${wanted} of ${packageName}. It has: ${known}.`, {
    hint: 'Name an exact version or a tag such as latest.',
    params: { host, packageName, version: wanted, known },
  });
}

function parse<T>(schema: z.ZodType<T>, body: unknown, host: string): T {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const reason = `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim();
  throw new AppError(
    'source.invalid_response',
    `${host} described the package in a way that makes no sense: ${reason}.`,
    {
      params: { host, reason },
    },
  );
}

/** The registry of the scope, else the registry of npm; with a final slash, so that names append to it. */
function registryFor(config: NpmConfig, packageName: string): Location {
  const scope = /^@[^/]+/.exec(packageName)?.[0];
  const address = (scope && config.get(`${scope}:registry`)?.[0]) || config.get('registry')?.[0] || publicRegistry;
  const location = splitCredentials(address);
  if (location && /^https?:$/.test(location.url.protocol)) {
    location.url.pathname = location.url.pathname.replace(/\/*$/, '/');
    return location;
  }
  throw new AppError('settings.invalid', 'The registry that npm is configured for is not an address.', {
    hint: 'Look at: npm config get registry',
    params: { option: 'registry' },
  });
}

/** `replace-registry-host`: a mirror hands on the tarball addresses of registry.npmjs.org, npm asks the mirror instead. */
function tarballPlace(
  tarball: string,
  { config, registry, packageName }: { config: NpmConfig; registry: Location; packageName: string },
): Location {
  const location = splitCredentials(tarball);
  if (!location || !/^https?:$/.test(location.url.protocol)) {
    const { host } = registry.url;
    throw new AppError('source.invalid_response', `${host} names no usable address for ${packageName}.`, {
      params: { host, packageName },
    });
  }
  const rule = config.get('replace-registry-host')?.[0] ?? 'npmjs';
  const { url } = location;
  const isReplaced = rule === 'always' || url.host === rule || (rule === 'npmjs' && url.host === 'registry.npmjs.org');
  if (isReplaced && rule !== 'never') {
    const here = registry.url.pathname;
    const path = url.pathname.startsWith(here) ? url.pathname : `${here}${url.pathname.slice(1)}`;
    return { url: new URL(`${path}${url.search}`, registry.url.origin), authorization: undefined };
  }
  return { url, authorization: undefined };
}

function authorizationHeader(
  config: NpmConfig,
  { location, request }: { location: Location; request: Pick<RequestOptions, 'bearerToken'> },
): Record<string, string> {
  const authorization =
    request.bearerToken === undefined
      ? (npmAuthorization(config, location.url) ?? location.authorization)
      : `Bearer ${request.bearerToken}`;
  return authorization === undefined ? {} : { authorization };
}

function sha1Integrity(shasum: string | null | undefined): string | undefined {
  return shasum ? `sha1-${Buffer.from(shasum, 'hex').toString('base64')}` : undefined;
}

function assertPackageName(name: string): void {
  if (/^(?:@[a-z0-9~-][\w.~-]*\/)?[a-z0-9~-][\w.~-]*$/i.test(name) && name.length <= 214) return;
  throw new AppError('reference.invalid', `"${name.slice(0, 100)}" is not the name of an npm package.`, {
    params: { name: name.slice(0, 100) },
  });
}
