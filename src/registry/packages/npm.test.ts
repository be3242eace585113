import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock, type Env } from '#core';
import { createHttpClient } from '../http/client.ts';
import type { PackageFile } from '../types.ts';
import { verifyIntegrity } from './integrity.ts';
import { createNpmRegistry } from './npm.ts';
import { parseNpmrc, readNpmConfig } from './npm-config.ts';
import { npmAuthorization, npmTransport } from './npm-transport.ts';

const signal = new AbortController().signal;
const stops: (() => Promise<unknown>)[] = [];
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-npm-'));
});

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await rm(folder, { recursive: true, force: true });
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: { url: string; authorization: string | undefined; accept: string | undefined }[] = [];
  const server = createServer((request, response) => {
    const { authorization, accept } = request.headers;
    seen.push({ url: request.url ?? '', authorization, accept });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { origin: `http://${host}`, host, seen };
}

const manifest = (tarball: string, version = '1.2.3') => ({ version, dist: { tarball, integrity: 'sha512-abc=' } });

function packument(tarball: (request: IncomingMessage) => string) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.url?.endsWith('.tgz')) return void response.end('tarball');
    const versions = { '1.2.3': manifest(tarball(request)), '1.2.2': manifest(tarball(request), '1.2.2') };
    return void response.end(JSON.stringify({ 'dist-tags': { latest: '1.2.3', old: '1.2.2' }, versions }));
  };
}

const own = packument((request) => `http://${request.headers.host}/model/-/model-1.2.3.tgz`);

function find(
  env: Env,
  name = 'model',
  options: { version?: string; bearerToken?: string } = {},
): Promise<PackageFile> {
  const http = createHttpClient({ env: {}, clock: systemClock });
  stops.push(() => http.close());
  return createNpmRegistry({ http, env, userHome: folder, prefix: folder }).tarball(name, { signal, ...options });
}

async function read(file: PackageFile): Promise<string> {
  const body = await file.blob.open({ startByte: 0 }, { signal });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a tarball', () => {
  it.each([
    [undefined, '1.2.3'],
    ['1.2.2', '1.2.2'],
    ['old', '1.2.2'],
  ])('of version %s is the one of %s', async (version, expected) => {
    const { origin, seen } = await serve(own);
    const file = await find({ npm_config_registry: origin }, 'model', version === undefined ? {} : { version });
    expect(file).toMatchObject({
      filename: 'model-1.2.3.tgz',
      version: expected,
      digest: undefined,
      integrity: 'sha512-abc=',
    });
    expect(seen[0]?.accept).toContain('application/vnd.npm.install-v1+json');
    expect(await read(file)).toBe('tarball');
  });

  it('of a scope comes from the registry of the scope', async () => {
    const { origin, seen } = await serve(own);
    await writeFile(join(folder, '.npmrc'), `@my:registry = ${origin}/npm\nregistry = http://127.0.0.1:1/\n`);
    await find({}, '@my/model');
    expect(seen.map(({ url }) => url)).toEqual(['/npm/@my%2fmodel']);
  });

  it('of registry.npmjs.org is taken from the mirror that named it', async () => {
    const { origin, seen } = await serve(packument(() => 'https://registry.npmjs.org/model/-/model-1.2.3.tgz'));
    expect(await read(await find({ npm_config_registry: `${origin}/mirror/` }))).toBe('tarball');
    expect(seen.map(({ url }) => url)).toEqual(['/mirror/model', '/mirror/model/-/model-1.2.3.tgz']);
  });

  it.each(['9.9.9', '^1.0.0', '__proto__', 'constructor'])('of version %s does not exist', async (version) => {
    const { origin } = await serve(own);
    await expect(find({ npm_config_registry: origin }, 'model', { version })).rejects.toMatchObject({
      code: 'source.not_found',
      message: expect.stringContaining('1.2.3, 1.2.2') as string,
    });
  });

  it.each([
    ['no JSON', 'oops'],
    ['no versions', '{}'],
    ['no tarball', '{"dist-tags":{"latest":"1"},"versions":{"1":{"version":"1","dist":{}}}}'],
    [
      'a tarball of this machine',
      JSON.stringify({ 'dist-tags': { latest: '1' }, versions: { 1: manifest('file:///etc/passwd') } }),
    ],
  ])('is refused from an answer with %s', async (...[, body]) => {
    const { origin } = await serve((_, response) => response.end(body));
    await expect(find({ npm_config_registry: origin })).rejects.toMatchObject({ code: 'source.invalid_response' });
  });

  it.each(['', '../x', '@a', 'a/b', 'a b', '.a'])('of the package %j is not asked for', async (name) => {
    await expect(find({ npm_config_registry: 'http://127.0.0.1:1' }, name)).rejects.toMatchObject({
      code: 'reference.invalid',
    });
  });
});

describe('tokens', () => {
  it('go to their registry and not to a tarball elsewhere', async () => {
    const cdn = await serve((_, response) => response.end('tarball'));
    const { origin, host, seen } = await serve(packument(() => `${cdn.origin}/model.tgz`));
    await writeFile(join(folder, '.npmrc'), `registry=${origin}/\n//${host}/:_authToken=\${TOKEN}\n`);
    await read(await find({ TOKEN: 'npm_secret' }));
    expect(seen[0]?.authorization).toBe('Bearer npm_secret');
    expect(cdn.seen[0]?.authorization).toBeUndefined();
  });

  it.each([{}, { bearerToken: 'once' }])(
    'of the address or of the request stay at the registry (%j)',
    async (options) => {
      const cdn = await serve((_, response) => response.end('tarball'));
      const { host, seen } = await serve(packument(() => `${cdn.origin}/model.tgz`));
      await read(await find({ npm_config_registry: `http://me:secret@${host}/` }, 'model', options));
      expect(seen[0]?.authorization).toBe('bearerToken' in options ? 'Bearer once' : 'Basic bWU6c2VjcmV0');
      expect(cdn.seen[0]?.authorization).toBeUndefined();
    },
  );

  it.each([401, 403, 404])('stay out of the error for status %i', async (status) => {
    const { host } = await serve((_, response) => response.writeHead(status).end());
    const error: unknown = await find({ npm_config_registry: `http://me:secret@${host}/` }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^source\./) as string });
    expect(JSON.stringify([error, String(error)])).not.toContain('secret');
  });

  it.each([
    ['//r/:_authToken=a', 'https://r/x', 'Bearer a'],
    ['//r/:_authToken=a\n//r/deep/:_authToken=b', 'https://r/deep/x', 'Bearer b'],
    ['//r/deep/:_authToken=b', 'https://r/x', undefined],
    ['//r:8080/:_authToken=a', 'https://r/x', undefined],
    [
      `//r/:username=u\n//r/:_password=${Buffer.from('p').toString('base64')}`,
      'https://r/x',
      `Basic ${Buffer.from('u:p').toString('base64')}`,
    ],
    ['//r/:_auth=dTpw', 'https://r/x', 'Basic dTpw'],
    ['_authToken=a', 'https://r/x', undefined],
  ])('%j for %s', (text, url, expected) => {
    expect(npmAuthorization(parseNpmrc(text, {}), new URL(url))).toBe(expected);
  });

  it('do not stand in for a client certificate', () => {
    const config = parseNpmrc('//r/:certfile=/c.pem\n//r/:_authToken=a', {});
    expect(() => npmAuthorization(config, new URL('https://r/x'))).toThrow(
      expect.objectContaining({ code: 'settings.invalid' }),
    );
  });
});

describe('configuration', () => {
  it.each([
    ['a = b', { a: ['b'] }],
    ['; no\n# no\n[section]\na=b ; comment', { a: ['b'] }],
    ['a = "x ; y"\nb = \'z\'', { a: ['x ; y'], b: ['z'] }],
    ['a[] = 1\na[] = 2', { a: ['1', '2'] }],
    ['flag', { flag: ['true'] }],
    ['a=${HOME}-${NONE}-${NONE?}', { a: ['/me-${NONE}-'] }],
    ['a=x\\;y', { a: ['x;y'] }],
  ])('%j', (text, expected) => {
    expect(Object.fromEntries(parseNpmrc(text, { HOME: '/me' }))).toEqual(expected);
  });

  it.each<[Env, Record<string, string>, string | undefined]>([
    [{}, {}, undefined],
    [{}, { '/prefix/etc/npmrc': 'registry=global' }, 'global'],
    [{}, { '/prefix/etc/npmrc': 'registry=global', '/me/.npmrc': 'registry=user' }, 'user'],
    [{ npm_config_userconfig: '/u' }, { '/u': 'registry=named', '/me/.npmrc': 'registry=user' }, 'named'],
    [{ NPM_CONFIG_REGISTRY: 'variable' }, { '/me/.npmrc': 'registry=user' }, 'variable'],
    [{ npm_config_registry: '' }, { '/me/.npmrc': 'registry=user' }, 'user'],
  ])('of %j and %j names the registry %s', async (env, files, expected) => {
    const readText = async (path: string): Promise<string> => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    };
    const config = await readNpmConfig({ env, userHome: '/me', prefix: '/prefix', readText });
    expect(config.get('registry')?.[0]).toBe(expected);
  });

  it.each([
    ['', { tls: { ca: undefined, insecure: false }, proxy: undefined }],
    ['proxy=http://p\nhttps-proxy=http://s', { proxy: 'http://s' }],
    ['proxy=http://p', { proxy: 'http://p' }],
    ['proxy=http://p\nnoproxy=other,.example.org', { proxy: undefined }],
    ['strict-ssl=false\ncafile=/ca.pem', { tls: { ca: 'content of /ca.pem', insecure: true } }],
    ['ca[]="one\\ntwo"\nca[]=three', { tls: { ca: 'one\ntwo\nthree', insecure: false } }],
  ])('%j makes requests so', async (text, expected) => {
    const url = new URL('https://npm.example.org/x');
    const readText = async (path: string): Promise<string> => `content of ${path}`;
    expect(await npmTransport(parseNpmrc(text, {}), { url, readText })).toMatchObject(expected);
  });
});

describe('integrity', () => {
  const content = 'tarball';
  const hash = (algorithm: string): string => `${algorithm}-${createHash(algorithm).update(content).digest('base64')}`;
  const check = async (integrity: string): Promise<void> => {
    const path = join(folder, 'file.tgz');
    await writeFile(path, content);
    await verifyIntegrity(path, { integrity, signal });
  };

  it.each([
    hash('sha512'),
    hash('sha256'),
    hash('sha1'),
    `sha1-AAAA ${hash('sha512')}`,
    `sha512-AAAA ${hash('sha512')}`,
  ])('%s holds', async (integrity) => expect(check(integrity)).resolves.toBeUndefined());

  it.each(['sha512-AAAA', `sha512-AAAA ${hash('sha1')}`])(
    '%s does not hold: the strongest counts',
    async (integrity) => {
      await expect(check(integrity)).rejects.toMatchObject({ code: 'source.digest_mismatch' });
    },
  );

  it.each(['', 'md5-AAAA', 'nonsense'])('%j says nothing, and that is no proof', async (integrity) => {
    await expect(check(integrity)).rejects.toMatchObject({ code: 'source.invalid_response' });
  });
});
