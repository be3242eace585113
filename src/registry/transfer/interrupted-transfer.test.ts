import { randomBytes } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { RemoteBlob, TransferOptions } from '#registry';
import { sendRange, serve } from '#testing';
import { createTransferWorld, digestOf } from './testing.ts';

const { http, content, digest, place, blobAt, transferWith } = createTransferWorld();
afterAll(() => http.close());

describe('a transfer that was interrupted', () => {
  async function interrupted(url: string): Promise<TransferOptions & { folder: string }> {
    const stop = new AbortController();
    const options = await place({
      connections: 1,
      signal: stop.signal,
      onProgress: (received) => {
        if (received >= 100_000) stop.abort();
      },
    });
    await expect(transferWith()(blobAt(url), options)).rejects.toMatchObject({ code: 'request.aborted' });
    return { ...options, signal: new AbortController().signal, onProgress: undefined };
  }

  it('keeps what it has when it is cancelled, and the next one fetches only the rest', async () => {
    await using server = await serve((request, response) => sendRange(request, response, { content, etag: '"a"' }));
    const options = await interrupted(server.url);
    const journal: unknown = JSON.parse(await readFile(`${options.partial}.json`, 'utf8'));
    expect(journal).toMatchObject({ sizeBytes: content.length, etag: '"a"', digest });
    const seen: number[] = [];
    const result = await transferWith()(blobAt(server.url), {
      ...options,
      onProgress: (received) => seen.push(received),
    });
    expect(result.digest).toBe(digest);
    expect(result.fetchedBytes).toBeLessThanOrEqual(content.length - 100_000);
    expect(seen[0]).toBeGreaterThanOrEqual(100_000);
    expect(await readdir(options.folder)).toEqual(['blob']);
  });

  it('starts over when the source has changed since', async () => {
    let etag = '"a"';
    await using server = await serve((request, response) => sendRange(request, response, { content, etag }));
    const options = await interrupted(server.url);
    etag = '"b"';
    expect(await transferWith()(blobAt(server.url), options)).toMatchObject({ digest });
    expect(server.requests.at(-1)?.headers.range).toBeUndefined();
    expect(digestOf(await readFile(options.destination))).toBe(digest);
  });

  it('starts over when what is on disk turns out to be damaged', async () => {
    await using server = await serve((request, response) => sendRange(request, response, { content }));
    const options = await interrupted(server.url);
    const bytes = await readFile(options.partial);
    bytes[50] = (bytes[50] ?? 0) ^ 1;
    await writeFile(options.partial, bytes);
    expect(await transferWith()(blobAt(server.url), options)).toMatchObject({ digest });
    expect(digestOf(await readFile(options.destination))).toBe(digest);
  });

  it.each([
    ['that is not readable', '{"version":1,'],
    [
      'that claims more than the file holds',
      JSON.stringify({ version: 1, digest, sizeBytes: 300_000, done: [[0, 299_999]] }),
    ],
    [
      'of another content',
      JSON.stringify({ version: 1, digest: digestOf(Buffer.from('x')), sizeBytes: 300_000, done: [[0, 5]] }),
    ],
  ])('trusts nothing under a journal %s', async (_name, journal) => {
    await using server = await serve((request, response) => sendRange(request, response, { content }));
    const options = await place();
    await writeFile(options.partial, randomBytes(1000));
    await writeFile(`${options.partial}.json`, journal);
    const result = await transferWith()(blobAt(server.url), options);
    expect(result).toEqual({ digest, sizeBytes: content.length, fetchedBytes: content.length });
  });

  it('finishes without the network when everything was there but the final name', async () => {
    const options = await place();
    await writeFile(options.partial, content);
    await writeFile(
      `${options.partial}.json`,
      JSON.stringify({ version: 1, digest, sizeBytes: 300_000, done: [[0, 300_000]] }),
    );
    const blob: RemoteBlob = {
      label: 'x',
      sizeBytes: 300_000,
      acceptsRanges: true,
      open: () => Promise.reject(new Error('asked')),
    };
    expect(await transferWith()(blob, options)).toEqual({ digest, sizeBytes: 300_000, fetchedBytes: 0 });
    expect((await stat(options.destination)).size).toBe(300_000);
  });
});
