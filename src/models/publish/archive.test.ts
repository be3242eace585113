import { readdir, rm, stat, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { toAppError, type Digest } from '#core';
import type { Models } from '#models';
import { createModelsWorld, failureOf, ggufBytes, pullResult, sha256, type ModelsWorld } from '#testing';
import { writeTar, type TarMember } from '../tar/write-tar.ts';

const signal = new AbortController().signal;
const weights = ggufBytes();
const gguf = 'application/vnd.docker.ai.gguf.v3';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';

let world: ModelsWorld;
let models: Models;
beforeEach(async () => {
  world = await createModelsWorld();
  models = await world.open();
});
afterEach(() => world.dispose());

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of chunks) parts.push(part);
  return Buffer.concat(parts);
}

const blob = (content: Buffer, name = `blobs/sha256/${sha256(content).slice(7)}`): TarMember => ({
  name,
  sizeBytes: content.length,
  content: () => [content],
});

const config = Buffer.from('{"config":{"format":"gguf"},"descriptor":{"created":"2026-01-02T03:04:05Z"}}');
const configType = 'application/vnd.docker.ai.model.config.v0.1+json';

function manifestFor(layer: Buffer, mediaType = configType): Buffer {
  return Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: { mediaType, digest: sha256(config), size: config.length },
      layers: [{ mediaType: gguf, digest: sha256(layer), size: layer.length }],
    }),
  );
}

const manifestMember = (bytes: Buffer): TarMember => blob(bytes, 'manifest.json');
const load = (members: readonly TarMember[], tag?: string) => models.load(writeTar(members), { signal, tag });

describe('an exported model', () => {
  it('is the same bytes each time, of the size said before, and loads into an empty store under its id', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    await pullResult(models.pull('tiny', { signal }));
    const first = await models.exportTar('tiny');
    const tar = await bytesOf(first.chunks);
    expect(tar.length).toBe(first.sizeBytes);
    expect(sha256(await bytesOf((await models.exportTar('tiny')).chunks))).toBe(sha256(tar));
    await models.purge();
    expect(await models.list()).toEqual([]);

    async function* chunks(): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < tar.length; at += 333) yield tar.subarray(at, at + 333);
    }
    const loaded = await models.load(chunks(), { signal, tag: 'again:v1' });
    expect(loaded).toMatchObject({ model: { id }, tag: 'docker.io/ai/again:v1' });
    expect((await models.bundle(id)).weightBytes).toBe(weights.length);
  });

  it('that is damaged is not exported', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    await pullResult(models.pull('tiny', { signal }));
    await writeFile(world.inStore('blobs', 'sha256', sha256(weights).slice(7)), 'short');
    expect((await failureOf(models.exportTar('tiny'))).code).toBe('model.invalid_file');
    expect((await failureOf(models.exportTar('nobody'))).code).toBe('model.not_found');
  });
});

describe('a load', () => {
  it('without a tag leaves an untagged model, and takes a second copy of what is here for what it is', async () => {
    const members = [blob(weights), blob(config), manifestMember(manifestFor(weights))];
    const { model, tag } = await load(members);
    expect(tag).toBeUndefined();
    expect(model).toMatchObject({ id: sha256(manifestFor(weights)), tags: [] });
    expect((await load(members, 'named')).model.tags).toEqual(['docker.io/ai/named:latest']);
  });

  it('keeps nothing that the manifest does not name', async () => {
    const stray = Buffer.from('not part of the model');
    await load([blob(stray), blob(weights), blob(config), manifestMember(manifestFor(weights))]);
    expect((await world.blobNames()).toSorted()).toEqual([sha256(weights), sha256(config)].map(hex).toSorted());
  });

  const other = ggufBytes({ metadata: { 'general.architecture': 'other' } });
  const noModel = Buffer.from('this is no gguf file');
  it.each<[string, () => readonly TarMember[], RegExp]>([
    ['without a manifest', () => [blob(weights), blob(config)], /no manifest/],
    [
      'whose manifest is none',
      () => [blob(weights), blob(config), manifestMember(Buffer.from('{}'))],
      /not a manifest/,
    ],
    [
      'with two manifests',
      () => [manifestMember(Buffer.from('{}')), manifestMember(Buffer.from('{}'))],
      /two manifests/,
    ],
    ['with a wrong digest', () => [blob(other, `blobs/sha256/${hex(sha256(weights))}`)], /the content of sha256/],
    ['with another algorithm', () => [blob(weights, `blobs/sha1/${'a'.repeat(40)}`)], /not named by a sha256/],
    ['with a name that leaves', () => [blob(weights, '../blobs/x')], /leaves its folder/],
    ['with a name from the root', () => [blob(weights, '/etc/x')], /leaves its folder/],
    [
      'that lacks a layer',
      () => [blob(config), manifestMember(manifestFor(other))],
      /that its manifest names is missing/,
    ],
    ['that lacks its config', () => [blob(weights), manifestMember(manifestFor(weights))], /config .* is missing/],
    [
      'of a container image',
      () => [blob(weights), blob(config), manifestMember(manifestFor(weights, 'application/x'))],
      /supported are/,
    ],
    ['whose weights are none', () => [blob(noModel), blob(config), manifestMember(manifestFor(noModel))], /GGUF/],
    [
      'with a manifest too large',
      () => [{ name: 'manifest.json', sizeBytes: 5_000_000, content: () => [Buffer.alloc(5_000_000)] }],
      /5000000 bytes/,
    ],
  ])('%s is refused, and leaves nothing', async (_, members, message) => {
    const failure = await failureOf(load(members()));
    expect(failure.message).toMatch(message);
    expect(['model.invalid_file', 'model.unsupported']).toContain(failure.code);
    expect(await world.blobNames()).toEqual([]);
    expect(await models.list()).toEqual([]);
  });

  it('that is cut off leaves nothing, and a cancelled one says so', async () => {
    const tar = await bytesOf(writeTar([blob(weights), blob(config), manifestMember(manifestFor(weights))]));
    async function* cut(): AsyncGenerator<Uint8Array> {
      yield tar.subarray(0, 600);
    }
    expect((await failureOf(models.load(cut(), { signal }))).code).toBe('model.invalid_file');
    const leaving = new AbortController();
    async function* left(): AsyncGenerator<Uint8Array> {
      yield tar.subarray(0, 600);
      leaving.abort();
      yield tar.subarray(600);
    }
    expect((await failureOf(models.load(left(), { signal: leaving.signal }))).code).toBe('request.aborted');
    expect(await world.blobNames()).toEqual([]);
  });
});

describe('a purge', () => {
  it('deletes all models and their files', async () => {
    await load([blob(weights), blob(config), manifestMember(manifestFor(weights))], 'one');
    await models.bundle(sha256(manifestFor(weights)));
    await models.purge();
    expect(await models.list()).toEqual([]);
    for (const kind of ['blobs', 'manifests', 'bundles'])
      expect(await readdir(world.inStore(kind, 'sha256'))).toEqual([]);
    await load([blob(weights), blob(config), manifestMember(manifestFor(weights))], 'two');
    expect(await models.get('two')).toMatchObject({ tags: ['docker.io/ai/two:latest'] });
  });

  it('touches nothing in a folder that is no store', async () => {
    await load([blob(weights), blob(config), manifestMember(manifestFor(weights))], 'one');
    await rm(world.inStore('layout.json'));
    const failure = toAppError(await failureOf(models.purge()));
    expect(failure).toMatchObject({ code: 'store.corrupt', message: expect.stringContaining('layout.json') });
    expect((await stat(world.inStore('blobs', 'sha256', hex(sha256(weights))))).size).toBe(weights.length);
  });
});

function hex(digest: Digest): string {
  return digest.slice('sha256:'.length);
}
