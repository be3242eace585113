import { readdir, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureOf, pullResult, sha256, createModelsWorld, ggufBytes, type ModelsWorld } from '#testing';

const gguf = 'application/vnd.docker.ai.gguf.v3';
const weights = ggufBytes();
const signal = new AbortController().signal;

let world: ModelsWorld;
beforeEach(async () => {
  world = await createModelsWorld();
});
afterEach(() => world.dispose());

describe('removal', () => {
  it('of one tag keeps the model, of the last one deletes all its files', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal }));
    await models.bundle(id);
    expect(await models.tag('tiny', 'mine/copy:v2')).toEqual({ target: 'docker.io/mine/copy:v2' });
    expect(await models.remove('tiny', { force: false })).toEqual([{ Untagged: 'docker.io/ai/tiny:latest' }]);
    expect(await models.remove('mine/copy:v2', { force: false })).toEqual([
      { Untagged: 'docker.io/mine/copy:v2' },
      { Deleted: id },
    ]);
    for (const kind of ['blobs', 'manifests', 'bundles'])
      expect(await readdir(world.inStore(kind, 'sha256'))).toEqual([]);
  });

  it('by id of a model with several tags needs force', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal }));
    await models.tag(id.slice(7, 19), 'copy');
    expect((await failureOf(models.remove(id, { force: false }))).code).toBe('model.conflict');
    expect(await models.remove(id, { force: true })).toHaveLength(3);
  });

  it('keeps blobs that another model needs', async () => {
    world.sources.addModel('docker.io/ai/one:latest', [{ mediaType: gguf, bytes: weights }]);
    const two = world.sources.addModel('docker.io/ai/two:latest', [{ mediaType: gguf, bytes: weights }], {
      config: { config: { format: 'gguf' }, descriptor: { created: '2026-02-02T00:00:00Z' } },
    });
    const models = await world.open();
    await pullResult(models.pull('one', { signal }));
    await pullResult(models.pull('two', { signal }));
    await models.remove('one', { force: false });
    expect((await models.bundle(two)).weightBytes).toBe(weights.length);
  });

  it('of an unknown model says what to do', async () => {
    const models = await world.open();
    expect(await failureOf(models.remove('nope', { force: true }))).toMatchObject({ code: 'model.not_found' });
  });
});

describe('a bundle', () => {
  it('shares its bytes with the blobs, so that the disk holds them once', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal }));
    const before = await models.diskUsage();
    const bundle = await models.bundle(id);
    expect(bundle.modelPath).toBe(world.inStore('bundles', 'sha256', id.slice(7), 'model', 'model.gguf'));
    expect(bundle.header.architecture).toBe('llama');
    expect((await models.diskUsage()) - before).toBeLessThan(1000);
  });

  it('of a model whose weights are gone says so, and a new pull mends it', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal }));
    await writeFile(world.inStore('blobs', 'sha256', sha256(weights).slice(7)), 'short');
    expect((await failureOf(models.bundle(id))).code).toBe('model.invalid_file');
    await pullResult(models.pull('tiny', { signal }));
    expect((await models.bundle(id)).weightBytes).toBe(weights.length);
  });
});

describe('the description of a remote model', () => {
  it('needs no pull', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    expect(await models.getRemote('tiny', { signal })).toMatchObject({ id, tags: [], config: { parameters: '320' } });
    expect(await models.list()).toEqual([]);
  });
});
