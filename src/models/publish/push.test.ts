import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { Models } from '#models';
import { formatReference, type BlobUpload, type OciRegistry } from '#registry';
import { allEvents, createModelsWorld, failureOf, ggufBytes, pullResult, sha256, type ModelsWorld } from '#testing';

const signal = new AbortController().signal;
const weights = ggufBytes();
const gguf = 'application/vnd.docker.ai.gguf.v3';

let world: ModelsWorld;
let models: Models;
let blobs: (BlobUpload & { readonly to: string })[];
let manifests: { readonly to: string; readonly bytes: Uint8Array; readonly mediaType: string }[];
let refusal: AppError | undefined;
let tokens: (string | undefined)[];

beforeEach(async () => {
  world = await createModelsWorld();
  [blobs, manifests, tokens, refusal] = [[], [], [], undefined];
  const registry: OciRegistry = {
    ...world.sources.registry,
    pushBlob: async (reference, upload) => {
      blobs.push({ ...upload, to: formatReference(reference) });
      tokens.push(upload.bearerToken);
      if (refusal) throw refusal;
      upload.onProgress?.(upload.descriptor.size);
    },
    pushManifest: async (reference, { bytes, mediaType }) => {
      manifests.push({ to: formatReference(reference), bytes, mediaType });
      return sha256(Buffer.from(bytes));
    },
  };
  models = await world.open({ registry });
});
afterEach(() => world.dispose());

async function pulled(): Promise<string> {
  const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
  await pullResult(models.pull('tiny', { signal }));
  return id;
}

describe('a push', () => {
  it('sends each blob, then the manifest as it was written, so that the id stays', async () => {
    const id = await pulled();
    await models.tag('tiny', 'reg.example.com/mine/tiny:v2');
    const events = await allEvents(models.push('reg.example.com/mine/tiny:v2', { signal, bearerToken: 'secret' }));
    expect(events.at(-1)).toMatchObject({ type: 'done', tag: 'reg.example.com/mine/tiny:v2', model: { id } });
    expect(blobs.map(({ to, descriptor }) => [to, descriptor.digest])).toContainEqual([
      'reg.example.com/mine/tiny:v2',
      sha256(weights),
    ]);
    expect(blobs).toHaveLength(2);
    expect(tokens).toEqual(['secret', 'secret']);
    expect(manifests).toMatchObject([
      { to: 'reg.example.com/mine/tiny:v2', mediaType: 'application/vnd.oci.image.manifest.v1+json' },
    ]);
    expect(sha256(Buffer.from(manifests[0]?.bytes ?? []))).toBe(id);
    const progress = events.flatMap((event) => (event.type === 'progress' ? [event] : []));
    expect(progress.find(({ layer }) => layer === sha256(weights))).toMatchObject({ receivedBytes: weights.length });
  });

  it('offers the registry its own other repository to take blobs from', async () => {
    await pulled();
    await models.tag('tiny', 'reg.example.com/one:v1');
    await models.tag('tiny', 'reg.example.com/two:v1');
    await allEvents(models.push('reg.example.com/two:v1', { signal }));
    expect(blobs.map(({ mountFrom }) => mountFrom)).toEqual(['one', 'one']);
    blobs = [];
    await models.tag('tiny', 'elsewhere.example.com/two:v1');
    await allEvents(models.push('elsewhere.example.com/two:v1', { signal }));
    expect(blobs.map(({ mountFrom }) => mountFrom)).toEqual([undefined, undefined]);
  });

  it('sends no manifest when a blob was refused', async () => {
    await pulled();
    refusal = new AppError('source.forbidden', 'No.');
    expect(await failureOf(models.push('tiny', { signal }))).toBe(refusal);
    expect(manifests).toEqual([]);
  });

  it.each([
    ['nobody', 'model.not_found'],
    ['tiny@sha256:', 'reference.invalid'],
    [`tiny@sha256:${'a'.repeat(64)}`, 'reference.invalid'],
    ['hf.co/org/model', 'source.not_allowed'],
    ['BAD NAME', 'reference.invalid'],
  ])('of %s is refused', async (name, code) => {
    await pulled();
    expect((await failureOf(models.push(name, { signal }))).code).toBe(code);
    expect(blobs).toEqual([]);
  });
});
