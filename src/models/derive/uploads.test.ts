import { readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelsWorld, failureOf, sha256, type ModelsWorld } from '#testing';
import type { Uploads } from './types.ts';

const bytes = Buffer.from('not really a model');
const digest = sha256(bytes);

let world: ModelsWorld;
let uploads: Uploads;
beforeEach(async () => {
  world = await createModelsWorld();
  ({ uploads } = await world.open());
});
afterEach(() => world.dispose());

async function* chunks(...parts: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  yield* parts;
}

const send = (name: string, data: Uint8Array = bytes, signal = new AbortController().signal): Promise<void> =>
  uploads.receive(name, { bytes: chunks(data.subarray(0, 5), data.subarray(5)), sizeBytes: data.length, signal });

const waiting = (): Promise<string[]> => readdir(join(world.folder, 'downloads', 'models')).catch(() => []);

describe('files that clients send', () => {
  it('are kept when they are what their digest says', async () => {
    expect(await uploads.has(digest)).toBe(false);
    await send(digest);
    expect(await uploads.has(digest)).toBe(true);
    expect(await uploads.has(digest.replace(':', '-'))).toBe(true);
    expect(await waiting()).toHaveLength(1);
  });

  it('are not kept when they are something else', async () => {
    expect(await failureOf(send(sha256(Buffer.from('other'))))).toMatchObject({ code: 'request.invalid' });
    expect(await waiting()).toEqual([]);
  });

  it('leave nothing when their sender goes', async () => {
    const gone = new AbortController();
    gone.abort();
    await expect(send(digest, bytes, gone.signal)).rejects.toThrow();
    expect(await waiting()).toEqual([]);
  });

  it('are refused when the disk has no room for them', async () => {
    const huge = { bytes: chunks(), sizeBytes: 2 ** 52, signal: new AbortController().signal };
    expect((await failureOf(uploads.receive(digest, huge))).code).toBe('store.disk_full');
  });

  it.each(['', 'sha256:', 'sha256:../../etc', `sha256:${'G'.repeat(64)}`, '../../../etc/passwd'])(
    'are refused under a digest that is none: %s',
    async (name) => {
      expect((await failureOf(uploads.has(name))).code).toBe('request.invalid');
      expect((await failureOf(send(name))).code).toBe('request.invalid');
    },
  );

  it('get their names in a folder that goes with its user', async () => {
    await send(digest);
    const gathered = await uploads.gather({ 'a.gguf': digest, 'b.gguf': digest });
    expect((await readdir(gathered.folder)).toSorted()).toEqual(['a.gguf', 'b.gguf']);
    expect(await readFile(join(gathered.folder, 'a.gguf'))).toEqual(bytes);
    await gathered[Symbol.asyncDispose]();
    expect(await world.blobNames()).toEqual([]);
    await uploads.forget([digest]);
    expect(await uploads.has(digest)).toBe(false);
  });

  it.each(['../a.gguf', '/etc/passwd', '.', '..', '', 'a/b', 'a\\b', 'a\u0000b', '.hidden', 'x'.repeat(300)])(
    'do not get a name that leaves the folder: %j',
    async (name) => {
      await send(digest);
      expect((await failureOf(uploads.gather({ [name]: digest }))).code).toBe('request.invalid');
      expect(await world.blobNames()).toEqual([]);
    },
  );

  it('must have been sent', async () => {
    expect((await failureOf(uploads.gather({ 'a.gguf': digest }))).code).toBe('source.not_found');
    expect(await world.blobNames()).toEqual([]);
  });

  it('are swept at a start once they waited for a week', async () => {
    await send(digest);
    const path = join(world.folder, 'downloads', 'models', (await waiting())[0] ?? '');
    await world.open();
    expect(await waiting()).toHaveLength(1);
    const old = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
    await utimes(path, old, old);
    await world.open();
    expect(await waiting()).toEqual([]);
  });
});
