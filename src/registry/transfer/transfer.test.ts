import { EventEmitter, once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { delay, silentLog, systemClock, type LogFields } from '#core';
import { createHttpClient, createTransfer, httpBlob, type RemoteBlob } from '#registry';
import { createManualClock, sendRange, serve, type ManualClock } from '#testing';
import { createTransferWorld, digestOf, small } from './testing.ts';

const { http, content, digest, place, blobAt, transferWith } = createTransferWorld();
afterAll(() => http.close());

/** Lets half a second go by on the clock after each round of real work, until `finished` settles. */
async function passTime<T>(clock: ManualClock, finished: Promise<T>): Promise<T> {
  const ticking = setInterval(() => clock.advance(500), 1);
  try {
    return await finished;
  } finally {
    clearInterval(ticking);
  }
}

type Chunks = AsyncIterable<Uint8Array>;
type Reading = { readonly startByte: number; readonly signal: AbortSignal };

/** The same blob, whose bytes arrive as `read` hands them on. */
function readBy(blob: RemoteBlob, read: (chunks: Chunks, reading: Reading) => Chunks): RemoteBlob {
  return {
    ...blob,
    async open(range, options) {
      const body = await blob.open(range, options);
      return { ...body, chunks: read(body.chunks, { startByte: body.startByte, signal: options.signal }) };
    },
  };
}

describe('a transfer', () => {
  it('fetches a small blob in one request and leaves nothing but the file', async () => {
    await using server = await serve((request, response) => sendRange(request, response, { content }));
    const options = await place();
    const result = await transferWith({ parallelFromBytes: 1e9 })(blobAt(server.url), options);
    expect(result).toEqual({ digest, sizeBytes: content.length, fetchedBytes: content.length });
    expect(digestOf(await readFile(options.destination))).toBe(digest);
    expect(await readdir(options.folder)).toEqual(['blob']);
    expect(server.requests.map(({ headers }) => headers.range)).toEqual([undefined]);
  });

  it('fetches a large blob over several connections, every byte once, with progress that only grows', async () => {
    const held: (() => void)[] = [];
    let open = 0;
    let most = 0;
    await using server = await serve((request, response) => {
      open += 1;
      most = Math.max(most, open);
      response.once('finish', () => {
        open -= 1;
      });
      // No body ends before three answers have begun.
      const send = (part: Buffer): void => {
        response.flushHeaders();
        held.push(() => response.end(part));
        if (held.length >= 3) for (const release of held.splice(0)) release();
        if (server.requests.length > 3) for (const release of held.splice(0)) release();
      };
      sendRange(request, response, { content, send });
    });
    const seen: number[] = [];
    const options = await place({ connections: 3, onProgress: (received) => seen.push(received) });
    const result = await transferWith()(blobAt(server.url), options);
    expect(result).toEqual({ digest, sizeBytes: content.length, fetchedBytes: content.length });
    expect(digestOf(await readFile(options.destination))).toBe(digest);
    // A connection that is not free yet when the next part is asked for is left for a new one; no more than three are in use.
    expect(most).toBe(3);
    expect(server.connections()).toBeLessThan(server.requests.length / 2);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.at(-1)).toBe(content.length);
  });

  it('learns the size from the source when nobody states it', async () => {
    await using server = await serve((request, response) => sendRange(request, response, { content }));
    const options = await place({ expected: {} });
    expect(await transferWith()(blobAt(server.url, {}), options)).toMatchObject({ digest, sizeBytes: content.length });
    expect(server.requests.length).toBeGreaterThan(10);
  });

  it('takes a body whose length nobody knows before its end', async () => {
    await using server = await serve((_request, response) => {
      response.write(content.subarray(0, 1000));
      response.end(content.subarray(1000));
    });
    const options = await place({ expected: {} });
    expect(await transferWith()(blobAt(server.url, {}), options)).toMatchObject({ digest, sizeBytes: content.length });
  });

  it('makes an empty file without asking for it', async () => {
    const empty = digestOf(Buffer.alloc(0));
    const options = await place({ expected: { digest: empty, sizeBytes: 0 } });
    const blob: RemoteBlob = {
      label: 'x',
      sizeBytes: 0,
      acceptsRanges: true,
      open: () => Promise.reject(new Error('asked')),
    };
    expect(await transferWith()(blob, options)).toEqual({ digest: empty, sizeBytes: 0, fetchedBytes: 0 });
    expect(await readdir(options.folder)).toEqual(['blob']);
  });

  it('falls back to one stream when the source ignores ranges, fetches nothing twice, and says so in the log', async () => {
    const said: string[] = [];
    const log = { ...silentLog, info: (event: string, _fields?: LogFields) => void said.push(event) };
    await using server = await serve((_request, response) => response.end(content));
    const options = await place();
    const result = await createTransfer({ clock: systemClock, log, limits: small })(blobAt(server.url), options);
    expect(result).toEqual({ digest, sizeBytes: content.length, fetchedBytes: content.length });
    expect(said).toEqual(['source does not serve ranges; one stream is used']);
    expect(server.requests).toHaveLength(1);
  });

  it('falls back to one stream when only later answers ignore the range', async () => {
    await using server = await serve((request, response) => {
      if (server.requests.length <= 2) sendRange(request, response, { content });
      else response.end(content);
    });
    const options = await place();
    expect(await transferWith()(blobAt(server.url), options)).toMatchObject({ digest });
    expect(digestOf(await readFile(options.destination))).toBe(digest);
  });
});

describe('a transfer with a broken source', () => {
  it('removes what it has and names both digests when the content is corrupt', async () => {
    const corrupt = Buffer.from(content);
    corrupt[200_000] = (corrupt[200_000] ?? 0) ^ 1;
    await using server = await serve((request, response) => sendRange(request, response, { content: corrupt }));
    const options = await place();
    await expect(transferWith()(blobAt(server.url), options)).rejects.toMatchObject({
      code: 'source.digest_mismatch',
      params: { expected: digest, actual: digestOf(corrupt), label: 'the blob' },
    });
    expect(await readdir(options.folder)).toEqual([]);
  });

  it('continues after a stream that ends early, without fetching bytes again', async () => {
    await using server = await serve((request, response) => {
      if (server.requests.length > 1) return sendRange(request, response, { content });
      return sendRange(request, response, {
        content,
        send: (part) => response.write(part.subarray(0, 100_000), () => response.destroy()),
      });
    });
    const options = await place({ connections: 1 });
    const result = await transferWith()(blobAt(server.url), options);
    expect(result.digest).toBe(digest);
    expect(server.requests.length).toBe(2);
    expect(result.fetchedBytes).toBe(content.length);
  });

  it('gives up with source.truncated when every stream ends before its first byte, and leaves nothing', async () => {
    await using server = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.flushHeaders();
      setImmediate(() => response.destroy());
    });
    const options = await place({ connections: 1 });
    await expect(transferWith()(blobAt(server.url), options)).rejects.toMatchObject({ code: 'source.truncated' });
    expect(server.requests).toHaveLength(5);
    expect(await readdir(options.folder)).toEqual([]);
  });

  it('gives up a stalled source after the idle limit, keeps what came, and resumes from there', async () => {
    const clock = createManualClock();
    await using client = createHttpClient({ env: {}, clock });
    let isStalling = true;
    await using server = await serve((request, response) => {
      if (!isStalling) return sendRange(request, response, { content });
      // Only while a request hangs does time pass, so no other limit is hit.
      const passing = setInterval(() => clock.advance(10_000), 1);
      response.on('close', () => clearInterval(passing));
      return sendRange(request, response, { content, send: (part) => response.write(part.subarray(0, 10_000)) });
    });
    const blob = httpBlob({ http: client, url: server.url, label: 'the blob', sizeBytes: content.length });
    const options = await place({ connections: 1 });
    const transfer = transferWith({ attempts: 1 });
    await expect(transfer(blob, options)).rejects.toMatchObject({ code: 'source.stalled', params: { seconds: 30 } });
    expect((await readdir(options.folder)).toSorted()).toEqual(['blob.incomplete', 'blob.incomplete.json']);
    isStalling = false;
    expect(await transfer(blob, options)).toEqual({
      digest,
      sizeBytes: content.length,
      fetchedBytes: content.length - 10_000,
    });
    expect(server.requests.at(-1)?.headers.range).toBe('bytes=10000-299999');
  });

  it.each([
    [401, 'source.unauthorized'],
    [403, 'source.forbidden'],
    [404, 'source.not_found'],
  ])('takes status %i as the answer and does not ask again', async (status, code) => {
    await using server = await serve((_request, response) => response.writeHead(status).end());
    const options = await place({ connections: 1 });
    await expect(transferWith()(blobAt(server.url), options)).rejects.toMatchObject({ code, params: { status } });
    expect(server.requests).toHaveLength(1);
    expect(await readdir(options.folder)).toEqual([]);
  });

  it('tries again after a status of 500, five times in all', async () => {
    await using server = await serve((_request, response) => response.writeHead(503).end());
    const options = await place({ connections: 1 });
    await expect(transferWith()(blobAt(server.url), options)).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
    expect(server.requests).toHaveLength(5);
  });

  it('waits as long as a 429 asks for, and no longer', async () => {
    const clock = createManualClock();
    await using server = await serve((request, response) => {
      if (server.requests.length > 1) sendRange(request, response, { content });
      else response.writeHead(429, { 'retry-after': '7' }).end();
    });
    const options = await place({ connections: 1 });
    const transfer = createTransfer({ clock, log: silentLog, limits: small });
    const before = clock.monotonic();
    expect(await passTime(clock, transfer(blobAt(server.url), options))).toMatchObject({ digest });
    expect(clock.monotonic() - before).toBeGreaterThanOrEqual(7000);
    expect(server.requests).toHaveLength(2);
  });

  it('fails at once when a 429 asks for an hour', async () => {
    await using server = await serve((_request, response) => response.writeHead(429, { 'retry-after': '3600' }).end());
    const options = await place({ connections: 1 });
    await expect(transferWith()(blobAt(server.url), options)).rejects.toMatchObject({
      code: 'source.rate_limited',
      params: { retryAfter: '3600' },
    });
    expect(server.requests).toHaveLength(1);
  });

  it('ends with fewer streams when the source allows only two at once', async () => {
    let open = 0;
    await using server = await serve((request, response) => {
      open += 1;
      response.on('close', () => (open -= 1));
      if (open > 2) response.writeHead(503).end();
      else sendRange(request, response, { content, send: (part) => setTimeout(() => response.end(part), 1) });
    });
    const options = await place({ connections: 4 });
    expect(await transferWith()(blobAt(server.url), options)).toMatchObject({ digest });
  });

  it('refuses a source that states another size than the manifest', async () => {
    await using server = await serve((request, response) =>
      sendRange(request, response, { content: content.subarray(1) }),
    );
    const options = await place();
    await expect(transferWith()(blobAt(server.url), options)).rejects.toMatchObject({
      code: 'source.invalid_response',
      params: { actual: content.length - 1, expected: content.length },
    });
  });

  it('replaces a stream that is far slower than the others', async () => {
    const clock = createManualClock();
    let slowRequests = 0;
    await using server = await serve((request, response) => {
      const isSlow = request.headers.range?.startsWith('bytes=16384-') === true;
      if (!isSlow) return sendRange(request, response, { content });
      slowRequests += 1;
      // Sends one kilobyte and then nothing more; the rest of the piece comes over a new connection.
      return sendRange(request, response, { content, send: (part) => response.write(part.subarray(0, 1024)) });
    });
    const slow = new EventEmitter();
    const slowHasBegun = once(slow, 'begun');
    const blob = readBy(blobAt(server.url), async function* (chunks, { startByte, signal }) {
      let received = 0;
      for await (const chunk of chunks) {
        if (startByte === 16_384) yield chunk;
        else {
          // Long enough to be measured twice, with bytes between.
          for (let at = 0; at < chunk.byteLength; at += 4096) {
            yield chunk.subarray(at, at + 4096);
            await delay(500, { clock, signal });
          }
        }
        received += chunk.byteLength;
        // What was yielded before is counted by now.
        if (startByte === 16_384 && received === 1024) slow.emit('begun');
      }
    });
    const transfer = createTransfer({ clock, log: silentLog, limits: small });
    const finished = transfer(blob, await place({ connections: 4 }));
    await Promise.race([slowHasBegun, finished]);
    expect(await passTime(clock, finished)).toEqual({
      digest,
      sizeBytes: content.length,
      fetchedBytes: content.length,
    });
    expect(slowRequests).toBe(1);
  });

  it('says before it starts that the disk is too small', async () => {
    const options = await place();
    const transfer = createTransfer({ clock: systemClock, log: silentLog, free: () => Promise.resolve(1000) });
    const blob: RemoteBlob = {
      label: 'x',
      sizeBytes: 1,
      acceptsRanges: true,
      open: () => Promise.reject(new Error('asked')),
    };
    await expect(transfer(blob, options)).rejects.toMatchObject({
      code: 'store.disk_full',
      params: { freeBytes: 1000, missingBytes: content.length },
    });
  });
});
