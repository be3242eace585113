import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import type { Models } from '#models';
import {
  formatReference,
  type BlobUpload,
  type HuggingFace,
  type HuggingFaceUpload,
  type OciRegistry,
} from '#registry';
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
let commits: { readonly repository: string; readonly files: readonly HuggingFaceUpload[] }[];

beforeEach(async () => {
  world = await createModelsWorld();
  [blobs, manifests, tokens, commits, refusal] = [[], [], [], [], undefined];
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
  const huggingFace: HuggingFace = {
    ...world.sources.huggingFace,
    push: async (repository, { files, bearerToken, onProgress }) => {
      commits.push({ repository, files });
      tokens.push(bearerToken);
      for (const file of files) onProgress?.(file, file.sizeBytes);
      return { commit: 'c0ffee' };
    },
  };
  models = await world.open({ registry, huggingFace });
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

  it('to Hugging Face commits the files under their names, to the repository as its owner writes it', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [
      { mediaType: gguf, bytes: weights, filepath: 'Tiny-Q4.gguf' },
      { mediaType: 'application/vnd.docker.ai.license', bytes: Buffer.from('Free.') },
    ]);
    await pullResult(models.pull('tiny', { signal }));
    await models.tag('tiny', 'hf.co/Org/Tiny-GGUF');
    const events = await allEvents(models.push('hf.co/Org/Tiny-GGUF', { signal, bearerToken: 'secret' }));
    expect(events.at(-1)).toMatchObject({ type: 'done', tag: 'huggingface.co/org/tiny-gguf:latest', model: { id } });
    expect(commits.map(({ repository, files }) => [repository, files.map(({ path }) => path)])).toEqual([
      ['Org/Tiny-GGUF', ['Tiny-Q4.gguf', 'LICENSE']],
    ]);
    expect(tokens).toEqual(['secret']);
    expect(manifests).toEqual([]);
  });

  it('to Hugging Face refuses names that leave the repository', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights, filepath: '../x.gguf' }]);
    await pullResult(models.pull('tiny', { signal }));
    await models.tag('tiny', 'hf.co/org/tiny');
    expect((await failureOf(models.push('hf.co/org/tiny', { signal }))).code).toBe('model.invalid_file');
    expect(commits).toEqual([]);
  });

  it.each([
    ['nobody', 'model.not_found'],
    ['tiny@sha256:', 'reference.invalid'],
    [`tiny@sha256:${'a'.repeat(64)}`, 'reference.invalid'],
    ['hf.co/org/model', 'model.not_found'],
    ['BAD NAME', 'reference.invalid'],
  ])('of %s is refused', async (name, code) => {
    await pulled();
    expect((await failureOf(models.push(name, { signal }))).code).toBe(code);
    expect(blobs).toEqual([]);
  });
});
