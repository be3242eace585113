import { mkdir, mkdtemp, readFile, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '#core';
import type { Models, PackagingRequest } from '#models';
import { allEvents, createModelsWorld, failureOf, ggufBytes, pullResult, type ModelsWorld } from '#testing';
import { parseManifest } from '../manifest/parse-manifest.ts';
import { safetensorsBytes } from '../safetensors/testing/safetensors-fixture.ts';

const signal = new AbortController().signal;
const weights = ggufBytes();

let world: ModelsWorld;
let models: Models;
beforeEach(async () => {
  world = await createModelsWorld();
  models = await world.open();
});
afterEach(() => world.dispose());

/** A folder of files, in a place and at a date of its own. */
async function folderOf(files: Readonly<Record<string, string | Buffer>>): Promise<string> {
  const folder = await mkdtemp(join(world.folder, 'files-'));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(join(folder, name, '..'), { recursive: true });
    await writeFile(join(folder, name), content);
    await utimes(join(folder, name), new Date(), new Date(Date.now() - Math.random() * 1e10));
  }
  return folder;
}

const make = async (request: Omit<PackagingRequest, 'target'>, store = models): Promise<Digest> =>
  (await pullResult(store.package({ target: 'mine/model', ...request }, { signal }))).model.id;

const manifestOf = async (id: Digest) =>
  parseManifest(await readFile(world.inStore('manifests', 'sha256', id.slice(7))));

const configOf = async (id: Digest): Promise<Record<string, unknown>> => {
  const digest = (await manifestOf(id))?.config.digest ?? '';
  return JSON.parse(await readFile(world.inStore('blobs', 'sha256', digest.slice(7)), 'utf8')) as Record<
    string,
    unknown
  >;
};

const files = {
  'tiny.gguf': weights,
  'tiny-00001-of-00002.gguf': weights,
  'tiny-00002-of-00002.gguf': ggufBytes({ metadata: { 'general.architecture': 'llama', 'split.no': 1 } }),
  'vision.gguf': ggufBytes({ metadata: { 'general.architecture': 'clip' } }),
  'chat.txt': '{{ messages }}',
  LICENSE: 'Do as you like.',
  NOTICE: 'Made here.',
  'model.dduf': Buffer.from('PK\u0003\u0004 and so on', 'latin1'),
  'st/model-00001-of-00002.safetensors': safetensorsBytes({ a: { dtype: 'BF16', shape: [8, 4] } }),
  'st/model-00002-of-00002.safetensors': safetensorsBytes({ b: { dtype: 'BF16', shape: [16] } }),
  'st/config.json': JSON.stringify({ model_type: 'bert', max_position_embeddings: 512 }),
  'st/tokenizer/vocab.txt': 'a b c',
  'st/chat_template.jinja': '{{ messages }}',
  'st/.hidden': 'secret',
};

const requests: Readonly<Record<string, (folder: string) => Omit<PackagingRequest, 'target'>>> = {
  'one file': (folder) => ({ source: { kind: 'gguf', path: join(folder, 'tiny.gguf') } }),
  'a set of shards': (folder) => ({ source: { kind: 'gguf', path: join(folder, 'tiny-00001-of-00002.gguf') } }),
  'everything that can be added': (folder) => ({
    source: { kind: 'gguf', path: join(folder, 'tiny.gguf') },
    mmproj: join(folder, 'vision.gguf'),
    chatTemplate: join(folder, 'chat.txt'),
    licences: [join(folder, 'LICENSE'), join(folder, 'NOTICE')],
    contextSize: 1024,
  }),
  'the CNCF format': (folder) => ({
    source: { kind: 'gguf', path: join(folder, 'tiny.gguf') },
    mmproj: join(folder, 'vision.gguf'),
    chatTemplate: join(folder, 'chat.txt'),
    format: 'cncf',
  }),
  'a folder of safetensors': (folder) => ({ source: { kind: 'safetensors', path: join(folder, 'st') } }),
  'a DDUF file': (folder) => ({ source: { kind: 'dduf', path: join(folder, 'model.dduf') } }),
};

describe('packaging', () => {
  it.each(Object.entries(requests))('%s twice, from two places into two stores, gives one id', async (_, request) => {
    const first = await make(request(await folderOf(files)));
    const elsewhere = await createModelsWorld();
    try {
      const second = await make(request(await folderOf(files)), await elsewhere.open());
      expect(second).toBe(first);
    } finally {
      await elsewhere.dispose();
    }
  });

  it('shares the bytes of weights with their file, and copies what people edit', async () => {
    const folder = await folderOf(files);
    const request = requests['everything that can be added'];
    const id = await make(request?.(folder) ?? { source: { kind: 'gguf', path: '' } });
    const inode = async (path: string): Promise<number> => (await stat(path)).ino;
    const layers = (await manifestOf(id))?.layers ?? [];
    const blobs = layers.map(({ digest }) => world.inStore('blobs', 'sha256', digest.slice(7)));
    expect(await Promise.all(blobs.slice(0, 2).map(inode))).toEqual([
      await inode(join(folder, 'tiny.gguf')),
      await inode(join(folder, 'vision.gguf')),
    ]);
    expect(await inode(blobs[2] ?? '')).not.toBe(await inode(join(folder, 'chat.txt')));
    await writeFile(join(folder, 'LICENSE'), 'Edited later.');
    expect(await readFile(blobs[3] ?? '', 'utf8')).toBe('Do as you like.');
  });

  it('writes what the contract says for one file and its additions', async () => {
    const folder = await folderOf(files);
    const id = await make(requests['everything that can be added']?.(folder) ?? never());
    const manifest = await manifestOf(id);
    expect(manifest?.config.mediaType).toBe('application/vnd.docker.ai.model.config.v0.1+json');
    expect(manifest?.layers.map(({ mediaType, annotations }) => [mediaType, annotations])).toEqual([
      ['application/vnd.docker.ai.gguf.v3', { 'org.cncf.model.filepath': 'tiny.gguf' }],
      ['application/vnd.docker.ai.mmproj', { 'org.cncf.model.filepath': 'vision.gguf' }],
      ['application/vnd.docker.ai.chat.template.jinja', { 'org.cncf.model.filepath': 'chat.txt' }],
      ['application/vnd.docker.ai.license', { 'org.cncf.model.filepath': 'LICENSE' }],
      ['application/vnd.docker.ai.license', { 'org.cncf.model.filepath': 'NOTICE' }],
    ]);
    expect(await configOf(id)).toMatchObject({
      config: { format: 'gguf', architecture: 'llama', context_size: 1024 },
      descriptor: { created: '1970-01-01T00:00:00.000Z' },
      rootfs: { diff_ids: manifest?.layers.map(({ digest }) => digest) },
    });
    expect(await models.get('mine/model')).toMatchObject({ id, config: { context_size: 1024, parameters: '320' } });
  });

  it('writes a ModelPack that is read back, projector and template included', async () => {
    const folder = await folderOf(files);
    const id = await make(requests['the CNCF format']?.(folder) ?? never());
    const manifest = await manifestOf(id);
    expect(manifest).toMatchObject({
      artifactType: 'application/vnd.cncf.model.manifest.v1+json',
      config: { mediaType: 'application/vnd.cncf.model.config.v1+json' },
    });
    expect(manifest?.layers.map(({ mediaType, annotations }) => [mediaType, annotations])).toEqual([
      ['application/vnd.cncf.model.weight.v1.raw', { 'org.cncf.model.filepath': 'tiny.gguf' }],
      ['application/vnd.cncf.model.weight.v1.raw', { 'org.cncf.model.filepath': 'mmproj-vision.gguf' }],
      ['application/vnd.cncf.model.weight.config.v1.raw', { 'org.cncf.model.filepath': 'chat_template.jinja' }],
    ]);
    expect(await models.get('mine/model')).toMatchObject({
      config: { format: 'gguf', architecture: 'llama', parameters: '320', quantization: 'MOSTLY_Q4_1' },
    });
    const bundle = await models.bundle(id);
    expect(bundle.mmprojPath).toMatch(/model\.mmproj$/);
    expect(bundle.chatTemplatePath).toMatch(/template\.jinja$/);
  });

  it('takes a folder a layer a file, in one order, without what is hidden or linked', async () => {
    const folder = await folderOf(files);
    await symlink(join(folder, 'LICENSE'), join(folder, 'st', 'linked.txt'));
    const id = await make({ source: { kind: 'safetensors', path: join(folder, 'st') } });
    const manifest = await manifestOf(id);
    expect(manifest?.config.mediaType).toBe('application/vnd.docker.ai.model.config.v0.2+json');
    expect(
      manifest?.layers.map(({ mediaType, annotations }) => [
        mediaType.replace('application/vnd.docker.ai.', ''),
        annotations?.['org.cncf.model.filepath'],
      ]),
    ).toEqual([
      ['chat.template.jinja', 'chat_template.jinja'],
      ['model.file', 'config.json'],
      ['safetensors', 'model-00001-of-00002.safetensors'],
      ['safetensors', 'model-00002-of-00002.safetensors'],
      ['model.file', 'tokenizer/vocab.txt'],
    ]);
    expect((await models.get('mine/model')).config).toEqual({
      format: 'safetensors',
      quantization: 'BF16',
      parameters: '48',
      architecture: 'bert',
      size: '96B',
      context_size: 512,
    });
  });

  it('tells how far it is', async () => {
    const folder = await folderOf(files);
    const request = requests['a set of shards']?.(folder) ?? never();
    const events = await allEvents(models.package({ target: 'x', ...request }, { signal }));
    const last = events.findLast(({ type }) => type === 'progress');
    expect(last).toMatchObject({ receivedBytes: expect.any(Number), totalBytes: expect.any(Number) });
    expect(events.at(-1)).toMatchObject({ type: 'done', tag: 'docker.io/ai/x:latest', cached: false });
  });

  it.each<[string, (folder: string) => Omit<PackagingRequest, 'target'>, string]>([
    ['a path that is not absolute', () => ({ source: { kind: 'gguf', path: 'tiny.gguf' } }), 'request.invalid'],
    [
      'a context size for the CNCF format',
      (folder) => ({ ...(requests['the CNCF format']?.(folder) ?? never()), contextSize: 5 }),
      'request.invalid',
    ],
    [
      'a file that is not there',
      (folder) => ({ source: { kind: 'gguf', path: join(folder, 'no.gguf') } }),
      'source.not_found',
    ],
    [
      'a file that is no model',
      (folder) => ({ source: { kind: 'gguf', path: join(folder, 'LICENSE') } }),
      'model.invalid_file',
    ],
    [
      'a folder without weights',
      (folder) => ({ source: { kind: 'safetensors', path: join(folder, 'st', 'tokenizer') } }),
      'model.invalid_file',
    ],
    [
      'a file for a folder',
      (folder) => ({ source: { kind: 'safetensors', path: join(folder, 'LICENSE') } }),
      'source.not_found',
    ],
    [
      'a DDUF that is none',
      (folder) => ({ source: { kind: 'dduf', path: join(folder, 'LICENSE') } }),
      'model.invalid_file',
    ],
    ['a model that is not here', () => ({ source: { kind: 'model', reference: 'nobody' } }), 'model.not_found'],
  ])('refuses %s', async (_, request, code) => {
    const folder = await folderOf(files);
    const failure = await failureOf(models.package({ target: 'x', ...request(folder) }, { signal }));
    expect(failure.code).toBe(code);
    expect(await models.list()).toEqual([]);
  });
});

describe('a variant of a model', () => {
  const gguf = 'application/vnd.docker.ai.gguf.v3';
  const original = {
    config: { format: 'gguf', architecture: 'llama', context_size: 2048, own_field: 'kept' },
    descriptor: { created: '2026-01-02T03:04:05Z' },
    rootfs: { type: 'rootfs', diff_ids: [] },
  };

  it('differs in its context size alone, and shares everything else', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }], {
      config: original,
    });
    await pullResult(models.pull('tiny', { signal }));
    const before = await models.diskUsage();
    const variant = await models.repackage('tiny', { target: 'ai/tiny:ctx1k', contextSize: 1024 });
    expect(variant).toMatchObject({ tags: ['docker.io/ai/tiny:ctx1k'], config: { context_size: 1024 } });
    expect(variant.id).not.toBe(id);
    expect(variant.created).toBe((await models.get('tiny')).created);
    expect(await configOf(variant.id)).toMatchObject({ config: { own_field: 'kept' } });
    expect((await manifestOf(variant.id))?.layers).toEqual((await manifestOf(id))?.layers);
    expect((await models.diskUsage()) - before).toBeLessThan(3000);
    const again = await make({ source: { kind: 'model', reference: 'tiny' }, contextSize: 1024 });
    expect(again).toBe(variant.id);
  });

  it('without a change is the model itself', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    await pullResult(models.pull('tiny', { signal }));
    expect((await models.repackage('tiny', { target: 'same' })).id).toBe(id);
  });

  it('gets a new template in place of its old one, and licences besides those it has', async () => {
    const folder = await folderOf(files);
    await make(requests['everything that can be added']?.(folder) ?? never());
    await writeFile(join(folder, 'other.jinja'), '{{ other }}');
    const id = await make({
      source: { kind: 'model', reference: 'mine/model' },
      chatTemplate: join(folder, 'other.jinja'),
      licences: [join(folder, 'NOTICE')],
    });
    const manifest = await manifestOf(id);
    expect(manifest?.layers.map(({ annotations }) => annotations?.['org.cncf.model.filepath'])).toEqual([
      'tiny.gguf',
      'vision.gguf',
      'LICENSE',
      'NOTICE',
      'other.jinja',
      'NOTICE',
    ]);
    expect(await configOf(id)).toMatchObject({ rootfs: { diff_ids: manifest?.layers.map(({ digest }) => digest) } });
  });

  it('goes from docker’s format to CNCF’s and back to the same id', async () => {
    const folder = await folderOf(files);
    const docker = await make(requests['one file']?.(folder) ?? never());
    const cncf = await make({ source: { kind: 'model', reference: docker }, format: 'cncf' });
    expect(cncf).toBe(await make({ ...(requests['one file']?.(folder) ?? never()), format: 'cncf' }));
    expect((await failureOf(models.repackage(cncf, { target: 'x', contextSize: 5 }))).code).toBe('request.invalid');
    const back = await make({ source: { kind: 'model', reference: cncf }, format: 'docker' });
    expect((await manifestOf(back))?.layers).toEqual((await manifestOf(docker))?.layers);
  });
});

function never(): never {
  throw new Error('no such request');
}
