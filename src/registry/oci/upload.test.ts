import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { digestFromHex, silentLog, systemClock, type AppError, type Digest } from '#core';
import { createHttpClient, createOciRegistry, parseReference, type BlobUpload } from '#registry';
import { serve } from '#testing';

const http = createHttpClient({ env: {}, clock: systemClock });
const registry = createOciRegistry({
  http,
  credentials: { forRegistry: () => Promise.resolve(undefined) },
  mirrors: () => [],
  insecureRegistries: () => [],
  log: silentLog,
  // Pauses between attempts pass at once.
  clock: { ...systemClock, schedule: (_ms, task) => systemClock.schedule(0, task) },
});
const signal = new AbortController().signal;
const content = randomBytes(5_000_000);
const digest: Digest = digestFromHex(createHash('sha256').update(content).digest('hex'));
const descriptor = { mediaType: 'application/vnd.docker.ai.gguf.v3', digest, size: content.length };

let folder: string;
let path: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-upload-'));
  path = join(folder, 'blob');
  await writeFile(path, content);
});
afterAll(async () => {
  await http.close();
  await rm(folder, { recursive: true });
});

interface Faults {
  /** Bytes after which the connection breaks, one for each PATCH until they are used up. */
  readonly breakAfter?: number[];
  /** Statuses of the first PATCHes. */
  readonly statuses?: number[];
  readonly forgets?: boolean;
  readonly mounts?: boolean;
}

/** A registry that keeps one upload in memory and fails as told. */
async function startUploads({ breakAfter = [], statuses = [], forgets = false, mounts = false }: Faults) {
  let received = Buffer.alloc(0);
  let stored: Buffer | undefined;
  let session = 0;
  const seen: string[] = [];
  const respond = (request: IncomingMessage, response: ServerResponse): void => {
    const url = new URL(request.url ?? '/', 'http://x');
    const { method = '' } = request;
    const range = request.headers['content-range'];
    seen.push(`${method}${range === undefined ? '' : ` ${range}`}${url.search.includes('mount=') ? ' mount' : ''}`);
    const location = `/v2/ai/m/blobs/uploads/${session}`;
    if (method === 'HEAD') return void response.writeHead(stored ? 200 : 404).end();
    if (method === 'POST') {
      if (mounts && url.searchParams.get('from') === 'ai/other') {
        stored = content;
        return void response.writeHead(201).end();
      }
      received = Buffer.alloc(0);
      session += 1;
      return void response.writeHead(202, { location: `/v2/ai/m/blobs/uploads/${session}` }).end();
    }
    if (method === 'GET') {
      if (forgets) return void response.writeHead(404).end();
      const last = Math.max(0, received.length - 1);
      return void response.writeHead(204, { location, range: `0-${last}` }).end();
    }
    if (method === 'PUT') {
      const isWhole = received.equals(content) && url.searchParams.get('digest') === digest;
      if (isWhole) stored = received;
      return void response.writeHead(isWhole ? 201 : 400).end();
    }
    const status = statuses.shift();
    if (status !== undefined) {
      request.resume();
      return void request.once('end', () => response.writeHead(status).end());
    }
    const start = Number(/^(\d+)-/.exec(range ?? '0-')?.[1]);
    if (start !== received.length) return void response.writeHead(416).end();
    const limit = breakAfter.shift();
    request.on('data', (part: Buffer) => {
      received = Buffer.concat([received, part]);
      if (limit !== undefined && received.length - start >= limit) request.socket.destroy();
    });
    request.once('end', () => response.writeHead(202, { location }).end());
  };
  const server = await serve(respond);
  return {
    seen,
    stored: () => stored,
    push: (options: Partial<BlobUpload> = {}) =>
      registry.pushBlob(parseReference(`127.0.0.1:${server.port}/ai/m:v1`), { signal, descriptor, path, ...options }),
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

describe('an upload', () => {
  it('goes in one stream, without a range, and tells how far it is', async () => {
    await using uploads = await startUploads({});
    const told: number[] = [];
    await uploads.push({ onProgress: (bytes) => told.push(bytes) });
    expect(uploads.seen).toEqual(['HEAD', 'POST', 'PATCH', 'PUT']);
    expect(uploads.stored()?.equals(content)).toBe(true);
    expect(told).toEqual(told.toSorted((a, b) => a - b));
    expect(told.at(-1)).toBe(content.length);
  });

  it('that breaks off is continued where the registry stands', async () => {
    await using uploads = await startUploads({ breakAfter: [1_500_000, 1_000_000] });
    await uploads.push();
    expect(uploads.stored()?.equals(content)).toBe(true);
    const patches = uploads.seen.filter((line) => line.startsWith('PATCH'));
    expect(patches).toHaveLength(3);
    const starts = patches.slice(1).map((line) => Number(/ (\d+)-4999999$/.exec(line)?.[1]));
    expect(starts[0]).toBeGreaterThanOrEqual(1_500_000);
    expect(starts[1]).toBeGreaterThanOrEqual((starts[0] ?? 0) + 1_000_000);
  });

  it('that the registry has forgotten begins again', async () => {
    await using uploads = await startUploads({ breakAfter: [1_000_000], forgets: true });
    await uploads.push();
    expect(uploads.seen).toEqual(['HEAD', 'POST', 'PATCH', 'GET', 'HEAD', 'POST', 'PATCH', 'PUT']);
  });

  it('survives a registry that is busy for a moment, and gives up on one that stays so', async () => {
    await using busy = await startUploads({ statuses: [503] });
    await busy.push();
    expect(busy.stored()?.equals(content)).toBe(true);
    await using broken = await startUploads({ statuses: [503, 503, 503, 503, 503, 503] });
    await expect(broken.push()).rejects.toMatchObject({ params: { status: 503 } });
    expect(broken.seen.filter((line) => line === 'PATCH')).toHaveLength(5);
  });

  it('that is refused is not tried again', async () => {
    await using uploads = await startUploads({ statuses: [403] });
    await expect(uploads.push()).rejects.toMatchObject({ code: 'source.forbidden' } satisfies Partial<AppError>);
    expect(uploads.seen).toEqual(['HEAD', 'POST', 'PATCH']);
  });

  it('is not needed when another repository of the registry has the content', async () => {
    await using mounting = await startUploads({ mounts: true });
    const told: number[] = [];
    await mounting.push({ mountFrom: 'ai/other', onProgress: (bytes) => told.push(bytes) });
    expect(mounting.seen).toEqual(['HEAD', 'POST mount']);
    expect(told).toEqual([content.length]);
    await using sending = await startUploads({});
    await sending.push({ mountFrom: 'ai/other' });
    expect(sending.seen).toEqual(['HEAD', 'POST mount', 'PATCH', 'PUT']);
  });

  it('is not needed when the registry has the content itself', async () => {
    await using uploads = await startUploads({ mounts: true });
    await uploads.push({ mountFrom: 'ai/other' });
    await uploads.push();
    expect(uploads.seen.slice(2)).toEqual(['HEAD']);
  });

  it('that is cancelled stops', async () => {
    await using uploads = await startUploads({});
    const leaving = new AbortController();
    const pushed = uploads.push({ signal: leaving.signal, onProgress: () => leaving.abort() } as Partial<BlobUpload>);
    await expect(pushed).rejects.toMatchObject({ code: 'request.aborted' });
  });
});
