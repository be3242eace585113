import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#core';
import { createHttpClient } from '../http/client.ts';
import type { HuggingFace, RemoteBody } from '../types.ts';
import { createHuggingFace } from './hugging-face.ts';

const sha = 'a'.repeat(40);
const oid = 'b'.repeat(64);
const signal = new AbortController().signal;
const stops: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Seen {
  readonly url: string;
  readonly authorization: string | undefined;
}

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const server: Server = createServer((request, response) => {
    seen.push({ url: request.url ?? '', authorization: request.headers.authorization });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(() => new Promise((resolve) => server.close(resolve)));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

function client(origin: string, env: Record<string, string> = {}, files: Record<string, string> = {}): HuggingFace {
  const http = createHttpClient({ env: {}, clock: systemClock });
  stops.push(() => http.close());
  return createHuggingFace({
    http,
    env: { HF_ENDPOINT: origin, ...env },
    userHome: '/home/me',
    readText: async (path) => {
      const text = files[path];
      if (text === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
      return text;
    },
  });
}

function json(response: ServerResponse, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const info = { id: 'Org/Model-GGUF', sha, lastModified: '2025-01-02T03:04:05.000Z' };

/** A Hub with one repository, whose tree comes in the given pages. */
function hub(pages: unknown[][], link = (next: string) => `<${next}>; rel="next"`) {
  return serve((request, response) => {
    const url = new URL(request.url ?? '', `http://${request.headers.host}`);
    if (url.pathname.includes('/revision/')) return json(response, info);
    if (url.pathname.includes('/resolve/')) return response.end('weights');
    const page = Number(url.searchParams.get('cursor') ?? 0);
    const next = `${url.origin}${url.pathname}?recursive=true&cursor=${page + 1}`;
    return json(response, pages[page], page + 1 < pages.length ? { link: link(next) } : {});
  });
}

const file = (path: string) => ({ type: 'file', oid: 'c'.repeat(40), size: 10, path });
const lfs = (path: string) => ({ ...file(path), size: 999, lfs: { oid, size: 999, pointerSize: 134 } });

async function text(body: RemoteBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body.chunks) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('listing a repository', () => {
  it('reads every page at the commit that the branch names', async () => {
    const { origin, seen } = await hub([
      [file('README.md'), { type: 'directory', path: 'BF16', oid: '' }],
      [lfs('BF16/m.gguf')],
    ]);
    expect(await client(origin).repository('org/model-gguf', { signal })).toEqual({
      repository: 'Org/Model-GGUF',
      revision: sha,
      lastModified: info.lastModified,
      files: [
        { path: 'README.md', sizeBytes: 10, digest: undefined },
        { path: 'BF16/m.gguf', sizeBytes: 999, digest: `sha256:${oid}` },
      ],
    });
    expect(seen.map(({ url }) => url)).toEqual([
      '/api/models/org/model-gguf/revision/main',
      `/api/models/Org/Model-GGUF/tree/${sha}?recursive=true`,
      `/api/models/Org/Model-GGUF/tree/${sha}?recursive=true&cursor=1`,
    ]);
  });

  it('stays at its endpoint when a page links elsewhere', async () => {
    const other = await hub([[file('evil')], [file('evil')]]);
    const { origin } = await hub(
      [[file('a')], [file('b')]],
      (next) => `<${next.replace(/^http:..[^/]+/, other.origin)}>; rel="next"`,
    );
    const { files } = await client(origin, { HF_TOKEN: 'hf_secret' }).repository('o/m', { signal });
    expect(files.map(({ path }) => path)).toEqual(['a', 'b']);
    expect(other.seen).toEqual([]);
  });

  it('ends when pages go round in a circle', async () => {
    const { origin } = await hub(
      [[file('a')], [file('b')], [file('c')]],
      (next) => `<${next.replace(/cursor=\d/, 'cursor=1')}>; rel="next"`,
    );
    await expect(client(origin).repository('o/m', { signal })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
  });

  it.each(['../../etc/passwd', '/etc/passwd', 'a/../../b', 'a\\b', 'a\u0000b', 'a\nb', 'a//b', './a', ''])(
    'refuses the file name %j',
    async (path) => {
      const { origin } = await hub([[file(path)]]);
      await expect(client(origin).repository('o/m', { signal })).rejects.toMatchObject({
        code: 'source.invalid_response',
      });
    },
  );

  it.each([
    { nonsense: true },
    [{ type: 'file', path: 3 }],
    [{ ...lfs('x'), lfs: { oid: '../../x', size: 1 } }],
    [{ ...file('x'), size: -1 }],
  ])('refuses an answer of another shape: %j', async (page) => {
    const { origin } = await hub([page as unknown[]]);
    await expect(client(origin).repository('o/m', { signal })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
  });

  it.each(['', '../x', 'a/..', 'a/b/c', 'a b/c', 'a/b?x=1'])(
    'refuses the repository name %j without asking anybody',
    async (name) => {
      const { origin, seen } = await hub([[]]);
      await expect(client(origin).repository(name, { signal })).rejects.toMatchObject({ code: 'reference.invalid' });
      expect(seen).toEqual([]);
    },
  );

  it('asks for a revision with a slash in one path segment', async () => {
    const { origin, seen } = await hub([[]]);
    await client(origin).repository('o/m', { signal, revision: 'refs/pr/1' });
    expect(seen[0]?.url).toBe('/api/models/o/m/revision/refs%2Fpr%2F1');
  });
});

describe('failures', () => {
  it.each([
    [401, { 'x-error-code': 'RepoNotFound' }, {}, 'source.not_found'],
    [401, {}, { HF_TOKEN: 'hf_old' }, 'source.unauthorized'],
    [401, {}, {}, 'source.unauthorized'],
    [403, { 'x-error-code': 'GatedRepo' }, {}, 'source.forbidden'],
    [403, {}, {}, 'source.forbidden'],
    [404, {}, {}, 'source.not_found'],
    [404, { 'x-error-code': 'RevisionNotFound' }, {}, 'source.not_found'],
    [429, { 'retry-after': '30' }, {}, 'source.rate_limited'],
    [500, {}, {}, 'source.invalid_response'],
  ])('status %i with %j and %j is its own error', async (...row) => {
    const [status, headers, env, code] = row;
    const { origin } = await serve((_, response) => response.writeHead(status, headers).end('no'));
    const attempt = client(origin, env).repository('o/m', { signal });
    await expect(attempt).rejects.toMatchObject({ code });
    await expect(attempt).rejects.not.toThrow(/hf_old/);
  });

  it.each(['nonsense', 'ftp://host', 'https://user:secret@host', 'https://host/?x=1'])(
    'the endpoint %j is refused without repeating it',
    async (endpoint) => {
      const attempt = client(endpoint).repository('o/m', { signal });
      await expect(attempt).rejects.toMatchObject({ code: 'settings.invalid' });
      await expect(attempt).rejects.not.toThrow(/secret/);
    },
  );
});

it('asks nobody while HF_HUB_OFFLINE is set', async () => {
  const { origin, seen } = await hub([[]]);
  const attempt = client(origin, { HF_HUB_OFFLINE: '1' }).repository('o/m', { signal });
  await expect(attempt).rejects.toMatchObject({ code: 'source.not_allowed' });
  expect(seen).toEqual([]);
});

describe('the token', () => {
  it.each([
    ['of the request', 'request', { HF_TOKEN: 'env' }, { '/home/me/.cache/huggingface/token': 'file' }],
    ['of HF_TOKEN', 'env', { HF_TOKEN: 'env' }, { '/home/me/.cache/huggingface/token': 'file' }],
    ['of HF_TOKEN_PATH', 'path', { HF_TOKEN_PATH: '/t', HF_HOME: '/hf' }, { '/t': 'path', '/hf/token': 'home' }],
    ['of HF_HOME', 'home', { HF_HOME: '/hf' }, { '/hf/token': 'home\n', '/home/me/.cache/huggingface/token': 'file' }],
    ['of the cache folder', 'file', {}, { '/home/me/.cache/huggingface/token': ' file \n' }],
    ['of none', undefined, {}, {}],
    [
      'of none when implicit tokens are off',
      undefined,
      { HF_HUB_DISABLE_IMPLICIT_TOKEN: '1' },
      { '/home/me/.cache/huggingface/token': 'file' },
    ],
    ['of none when the file holds two lines', undefined, {}, { '/home/me/.cache/huggingface/token': 'a\nb: c' }],
  ] as const)('%s is sent', async (...row) => {
    const [, token, env, files] = row;
    const { origin, seen } = await hub([[]]);
    const bearerToken = token === 'request' ? token : undefined;
    await client(origin, env, files as Record<string, string>).repository('o/m', { signal, bearerToken });
    expect(seen[0]?.authorization).toBe(token === undefined ? undefined : `Bearer ${token}`);
  });
});

describe('a file', () => {
  const repository = { repository: 'Org/Model', revision: sha, lastModified: '', files: [] };
  const weights = { path: 'a b/m#1%.gguf', sizeBytes: 7, digest: undefined };

  it('is read at the commit, each part of its path escaped, and the token stays at the endpoint', async () => {
    const cdn = await serve((_, response) => response.end('weights'));
    const { origin, seen } = await serve((_, response) =>
      response.writeHead(302, { location: `${cdn.origin}/cdn/object?signature=x` }).end(),
    );
    const blob = client(origin, { HF_TOKEN: 'hf_secret' }).blob(repository, weights);
    expect(await text(await blob.open({ startByte: 0 }, { signal }))).toBe('weights');
    expect(seen).toEqual([{ url: `/Org/Model/resolve/${sha}/a%20b/m%231%25.gguf`, authorization: 'Bearer hf_secret' }]);
    expect(cdn.seen).toEqual([{ url: '/cdn/object?signature=x', authorization: undefined }]);
    expect(blob).toMatchObject({ label: `${new URL(origin).host}/Org/Model/a b/m#1%.gguf`, sizeBytes: 7 });
  });

  it('is read from any offset', async () => {
    const { origin } = await serve((request, response) => {
      expect(request.headers.range).toBe('bytes=3-');
      response.writeHead(206, { 'content-range': 'bytes 3-6/7', 'content-length': '4' }).end('ghts');
    });
    const body = await client(origin).blob(repository, weights).open({ startByte: 3 }, { signal });
    expect(body).toMatchObject({ startByte: 3, totalBytes: 7 });
    expect(await text(body)).toBe('ghts');
  });

  it('of a gated repository says whose terms to accept', async () => {
    const { origin } = await serve((_, response) => response.writeHead(401, { 'x-error-code': 'GatedRepo' }).end());
    const blob = client(origin).blob(repository, weights);
    await expect(blob.open({ startByte: 0 }, { signal })).rejects.toMatchObject({
      code: 'source.forbidden',
      message: 'Org/Model asks you to accept its terms before it can be downloaded.',
    });
  });
});
