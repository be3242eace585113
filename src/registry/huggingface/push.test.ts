import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { digestFromHex, digestHex, systemClock } from '#core';
import { createHttpClient, createHuggingFace, type HuggingFaceUpload } from '#registry';
import { serve, type TestServer } from '#testing';

const http = createHttpClient({ env: {}, clock: systemClock });
const signal = new AbortController().signal;
const repository = 'Org/Model-GGUF';
const weights = randomBytes(3_000_000);
const readme = Buffer.from('# A model');

let folder: string;
let files: readonly HuggingFaceUpload[];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-hub-'));
  files = await Promise.all([upload('model.gguf', weights), upload('sub/README.md', readme)]);
});
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true });
});

async function upload(path: string, bytes: Buffer): Promise<HuggingFaceUpload> {
  const file = join(folder, path.replace('/', '-'));
  await writeFile(file, bytes);
  const digest = digestFromHex(createHash('sha256').update(bytes).digest('hex'));
  return { path, file, digest, sizeBytes: bytes.length };
}

interface Faults {
  /** Bytes of a part; one stream when absent. */
  readonly chunkBytes?: number;
  readonly has?: boolean;
  readonly refuses?: boolean;
  readonly status?: number;
  /** Statuses of the first uploads. */
  readonly storage?: number[];
}

const servers: TestServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server[Symbol.asyncDispose]()));
});

async function body(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts);
}

/** A Hub as its API is documented, and the storage it sends large files to, which is another server. */
async function startHub({ chunkBytes, has = false, refuses = false, status, storage = [] }: Faults = {}) {
  const stored = new Map<string, Buffer>();
  const logins: string[] = [];
  const seen: string[] = [];
  const commits: Record<string, unknown>[] = [];
  const answer = (response: ServerResponse, value: unknown): void => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
  };
  const bucket = await serve((request, response) => {
    void body(request).then((bytes) => {
      seen.push(`storage ${request.method} ${request.url}`);
      if (request.headers.authorization !== undefined) logins.push('storage');
      const failure = storage.shift();
      if (failure !== undefined) return response.writeHead(failure).end();
      stored.set(request.url ?? '', bytes);
      return response.writeHead(200, { etag: `"${request.url}"` }).end();
    });
  });
  const hub: TestServer = await serve((request, response) => {
    void body(request).then((bytes) => {
      const url = request.url ?? '';
      seen.push(`hub ${request.method} ${url}`);
      if (request.headers.authorization !== 'Bearer secret') return response.writeHead(401).end();
      if (status !== undefined) return response.writeHead(status).end();
      if (url === `/api/models/${repository}/preupload/main`) {
        const { files: asked } = JSON.parse(bytes.toString()) as {
          files: { path: string; size: number; sample: string }[];
        };
        expect(asked[0]?.sample).toBe(weights.subarray(0, 512).toString('base64'));
        return answer(response, {
          files: asked.map(({ path, size }) => ({ path, uploadMode: size > 1_000_000 ? 'lfs' : 'regular' })),
        });
      }
      if (url === `/${repository}.git/info/lfs/objects/batch`) {
        expect(request.headers['content-type']).toBe('application/vnd.git-lfs+json');
        const { objects } = JSON.parse(bytes.toString()) as { objects: { oid: string; size: number }[] };
        return answer(response, {
          transfer: chunkBytes === undefined ? 'basic' : 'multipart',
          objects: objects.map(({ oid, size }) => ({
            oid,
            size,
            ...(refuses && { error: { code: 422, message: 'Quota exceeded' } }),
            ...(!has && !refuses && { actions: actionsOf(oid, size) }),
          })),
        });
      }
      if (url.startsWith('/verify') || url.startsWith('/complete')) {
        stored.set(url, bytes);
        return answer(response, {});
      }
      if (url !== `/api/models/${repository}/commit/main`) return response.writeHead(404).end();
      expect(request.headers['content-type']).toBe('application/x-ndjson');
      for (const line of bytes.toString().split('\n')) commits.push(JSON.parse(line) as Record<string, unknown>);
      return answer(response, { success: true, commitUrl: 'x', commitOid: 'c0ffee' });
    });
  });
  servers.push(bucket, hub);

  function actionsOf(oid: string, size: number): unknown {
    const verify = { href: `${hub.url}/verify` };
    if (chunkBytes === undefined) return { upload: { href: `${bucket.url}/${oid}`, header: {} }, verify };
    const parts = Array.from({ length: Math.ceil(size / (chunkBytes || size)) }, (_, index) => {
      const number = String(index + 1).padStart(5, '0');
      return [number, `${bucket.url}/${oid}/${number}`];
    });
    const header = { chunk_size: String(chunkBytes), ...Object.fromEntries(parts) };
    return { upload: { href: `${hub.url}/complete`, header }, verify };
  }

  const client = createHuggingFace({
    http,
    env: { HF_ENDPOINT: hub.url },
    clock: { ...systemClock, schedule: (_ms, task) => systemClock.schedule(0, task) },
  });
  return {
    stored,
    seen,
    logins,
    commits,
    push: (options: { bearerToken?: string; onProgress?: (file: HuggingFaceUpload, bytes: number) => void } = {}) =>
      client.push(repository, { signal, files, message: 'Upload model', bearerToken: 'secret', ...options }),
  };
}

describe('a push to Hugging Face', () => {
  it('sends large files to the storage, without the login, and everything else with the commit', async () => {
    const hub = await startHub();
    const told = new Map<string, number[]>();
    const result = await hub.push({
      onProgress: ({ path }, bytes) => told.set(path, [...(told.get(path) ?? []), bytes]),
    });
    const oid = digestHex(files[0]?.digest ?? 'sha256:');
    expect(result).toEqual({ commit: 'c0ffee' });
    expect(hub.stored.get(`/${oid}`)?.equals(weights)).toBe(true);
    expect(JSON.parse(hub.stored.get('/verify')?.toString() ?? '')).toEqual({ oid, size: weights.length });
    expect(hub.logins).toEqual([]);
    expect(hub.commits).toEqual([
      { key: 'header', value: { summary: 'Upload model', description: '' } },
      { key: 'file', value: { path: 'sub/README.md', content: readme.toString('base64'), encoding: 'base64' } },
      { key: 'lfsFile', value: { path: 'model.gguf', algo: 'sha256', oid, size: weights.length } },
    ]);
    expect(told.get('model.gguf')?.at(-1)).toBe(weights.length);
    expect(told.get('sub/README.md')).toEqual([readme.length]);
  });

  it('sends parts when it is asked for parts, and confirms them', async () => {
    const hub = await startHub({ chunkBytes: 1_200_000 });
    await hub.push();
    const oid = digestHex(files[0]?.digest ?? 'sha256:');
    const parts = ['00001', '00002', '00003'].map((number) => hub.stored.get(`/${oid}/${number}`) ?? Buffer.alloc(0));
    expect(Buffer.concat(parts).equals(weights)).toBe(true);
    expect(JSON.parse(hub.stored.get('/complete')?.toString() ?? '')).toEqual({
      oid,
      parts: [1, 2, 3].map((partNumber) => ({ partNumber, etag: `"/${oid}/0000${partNumber}"` })),
    });
  });

  it('sends nothing that the Hub has', async () => {
    const hub = await startHub({ has: true });
    await hub.push();
    expect(hub.seen.filter((line) => line.startsWith('storage'))).toEqual([]);
    expect(hub.commits).toHaveLength(3);
  });

  it('tries again when the storage is busy, and gives up when it stays so', async () => {
    const busy = await startHub({ storage: [503, 500] });
    await busy.push();
    expect(busy.commits).toHaveLength(3);
    const broken = await startHub({ storage: [503, 503, 503, 503, 503, 503] });
    await expect(broken.push()).rejects.toMatchObject({ params: { status: 503 } });
    expect(broken.commits).toEqual([]);
    const denied = await startHub({ storage: [403] });
    await expect(denied.push()).rejects.toMatchObject({ code: 'source.forbidden' });
  });

  it.each([
    [{ status: 403 }, 'source.forbidden', /write to Org\/Model-GGUF/],
    [{ status: 404 }, 'source.not_found', /no repository/],
    [{ refuses: true }, 'source.invalid_response', /does not take model\.gguf: Quota exceeded/],
    [{ chunkBytes: 0 }, 'source.invalid_response', /parts that do not fit/],
  ] as const)('says what the matter is: %j', async (faults, code, message) => {
    const hub = await startHub(faults);
    await expect(hub.push()).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(hub.commits).toEqual([]);
  });

  it('needs a login', async () => {
    const hub = await startHub();
    await expect(hub.push({ bearerToken: 'wrong' })).rejects.toMatchObject({ code: 'source.unauthorized' });
  });
});
