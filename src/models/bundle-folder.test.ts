import { readFile, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as zlib from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Models } from '#models';
import { createModelsWorld, failureOf, ggufBytes, pullResult, type LayerFixture, type ModelsWorld } from '#testing';
import { safetensorsBytes } from './safetensors/testing/safetensors-fixture.ts';
import { tarHeader } from './tar/header.ts';
import { writeTar } from './tar/write-tar.ts';

const signal = new AbortController().signal;
const tensors = safetensorsBytes({ a: { dtype: 'F32', shape: [4, 4] } });
const safetensorsConfig = { config: { format: 'safetensors', architecture: 'bert', context_size: 512 } };
const v2 = 'application/vnd.docker.ai.model.config.v0.2+json';
const cncf = 'application/vnd.cncf.model.config.v1+json';

let world: ModelsWorld;
let models: Models;
beforeEach(async () => {
  world = await createModelsWorld();
  models = await world.open();
});
afterEach(() => world.dispose());

async function tarOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const members = Object.entries(files).map(([name, content]) => ({
    name,
    sizeBytes: content.length,
    content: () => [content],
  }));
  const parts: Uint8Array[] = [];
  for await (const part of writeTar(members)) parts.push(part);
  return Buffer.concat(parts);
}

async function pulled(layers: readonly LayerFixture[], options: { config: object; configType: string }) {
  const id = world.sources.addModel('docker.io/ai/folder:latest', layers, options);
  await pullResult(models.pull('folder', { signal }));
  return id;
}

describe('the bundle of a safetensors model', () => {
  const layers: readonly LayerFixture[] = [
    { mediaType: 'application/vnd.docker.ai.safetensors', bytes: tensors, filepath: 'model.safetensors' },
    { mediaType: 'application/vnd.docker.ai.model.file', bytes: Buffer.from('{}'), filepath: 'sub/config.json' },
    {
      mediaType: 'application/vnd.docker.ai.chat.template.jinja',
      bytes: Buffer.from('x'),
      filepath: 'chat_template.jinja',
    },
  ];

  it('is a folder with every file where its publisher had it', async () => {
    const id = await pulled(layers, { config: safetensorsConfig, configType: v2 });
    const bundle = await models.bundle(id, { formats: ['safetensors'] });
    const directory = bundle.directory ?? '';
    expect((await readdir(directory, { recursive: true })).toSorted()).toEqual([
      'chat_template.jinja',
      'model.safetensors',
      'sub',
      'sub/config.json',
    ]);
    expect(bundle).toMatchObject({
      modelPath: join(directory, 'model.safetensors'),
      weightBytes: tensors.length,
      header: { architecture: 'bert', parameterCount: 16, trainedContext: 512, hasChatTemplate: true },
    });
  });

  it('is refused to callers that run GGUF alone', async () => {
    const id = await pulled(layers, { config: safetensorsConfig, configType: v2 });
    expect(await failureOf(models.bundle(id))).toMatchObject({
      code: 'model.unsupported',
      params: { actual: 'safetensors', supported: 'gguf' },
    });
  });
});

describe('weights in an archive', () => {
  const tar = 'application/vnd.cncf.model.weight.v1.tar';

  it('are unpacked once, and served from there', async () => {
    const bytes = await tarOf({ './deep/model.safetensors': tensors, 'config.json': Buffer.from('{}') });
    const id = await pulled([{ mediaType: tar, bytes }], {
      config: { ...safetensorsConfig, modelfs: {} },
      configType: cncf,
    });
    const bundle = await models.bundle(id, { formats: ['safetensors'] });
    expect(bundle.modelPath).toBe(join(bundle.directory ?? '', 'deep', 'model.safetensors'));
    expect(await readFile(bundle.modelPath)).toEqual(tensors);
    expect(await models.bundle(id, { formats: ['safetensors'] })).toEqual(bundle);
  });

  it('may be GGUF', async () => {
    const bytes = await tarOf({ 'model.gguf': ggufBytes() });
    const id = await pulled([{ mediaType: tar, bytes }], {
      config: { config: { format: 'gguf' }, modelfs: {} },
      configType: cncf,
    });
    expect((await models.bundle(id)).header.architecture).toBe('llama');
  });

  it.each<[string, () => Promise<Buffer>]>([
    ['with a name that leaves', () => tarOf({ '../model.safetensors': tensors })],
    ['with a name from the root', () => tarOf({ '/model.safetensors': tensors })],
    [
      'that names a file twice',
      async () => Buffer.concat([await tarOf({ a: tensors }).then(withoutEnd), await tarOf({ a: tensors })]),
    ],
    [
      'that names a file as a folder',
      async () => Buffer.concat([await tarOf({ a: tensors }).then(withoutEnd), await tarOf({ 'a/b': tensors })]),
    ],
    ['with a link', async () => link()],
    ['that is cut off', async () => (await tarOf({ a: tensors })).subarray(0, 530)],
  ])('%s are refused, and nothing stays', async (_, bytes) => {
    const id = await pulled([{ mediaType: tar, bytes: await bytes() }], {
      config: { ...safetensorsConfig, modelfs: {} },
      configType: cncf,
    });
    expect((await failureOf(models.bundle(id, { formats: ['safetensors'] }))).code).toBe('model.invalid_file');
    expect(await readdir(world.inStore('bundles', 'sha256'))).toEqual([]);
  });
});

describe('compressed weights', () => {
  const pack = (bytes: Buffer, type: string, filepath?: string): ReturnType<typeof pulled> =>
    pulled([{ mediaType: `application/vnd.cncf.model.weight.v1.${type}`, bytes, ...(filepath && { filepath }) }], {
      config: { config: { format: 'gguf' }, modelfs: {} },
      configType: cncf,
    });

  it.each([
    { what: 'a file', type: 'raw+gzip', path: 'model.gguf', bytes: async () => ggufBytes() },
    { what: 'an archive', type: 'tar+gzip', path: undefined, bytes: () => tarOf({ 'model.gguf': ggufBytes() }) },
  ])('are unpacked once: $what', async ({ type, path, bytes }) => {
    const id = await pack(zlib.gzipSync(await bytes()), type, path);
    const bundle = await models.bundle(id);
    expect(await readFile(bundle.modelPath)).toEqual(ggufBytes());
    expect(bundle.header.architecture).toBe('llama');
    const { mtimeMs } = await stat(bundle.modelPath);
    expect((await models.bundle(id)).modelPath).toBe(bundle.modelPath);
    expect((await stat(bundle.modelPath)).mtimeMs).toBe(mtimeMs);
  });

  it.each([
    ['damaged', () => Buffer.concat([zlib.gzipSync(ggufBytes()).subarray(0, 60), Buffer.alloc(20, 7)]), 'damaged'],
    ['cut off', () => zlib.gzipSync(ggufBytes()).subarray(0, 60), 'damaged'],
    ['not compressed at all', () => ggufBytes(), 'damaged'],
    ['far larger than they say', () => zlib.gzipSync(Buffer.alloc(80_000_000)), 'out of all proportion'],
  ])('are refused when they are %s, and nothing stays', async (_, bytes, detail) => {
    const id = await pack(bytes(), 'raw+gzip', 'model.gguf');
    expect(await failureOf(models.bundle(id))).toMatchObject({
      code: 'model.invalid_file',
      message: expect.stringContaining(detail) as unknown,
    });
    expect(await readdir(world.inStore('bundles', 'sha256'))).toEqual([]);
  });

  it('with zstd work where Node can, and are refused with the reason where it cannot', async () => {
    const { zstdCompressSync } = zlib as { zstdCompressSync?: (bytes: Buffer) => Buffer };
    const id = await pack(zstdCompressSync?.(ggufBytes()) ?? Buffer.from('zstd'), 'raw+zstd', 'model.gguf');
    if (zstdCompressSync) expect((await models.bundle(id)).header.architecture).toBe('llama');
    else
      expect(await failureOf(models.bundle(id))).toMatchObject({
        code: 'model.unsupported',
        params: { reason: 'zstd' },
      });
  });
});

function withoutEnd(tar: Buffer): Buffer {
  return tar.subarray(0, tar.length - 1024);
}

/** A symbolic link to `/etc/passwd`. */
function link(): Buffer {
  const header = tarHeader('evil', 0);
  header.write('2', 156);
  header.write('/etc/passwd', 157);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}
