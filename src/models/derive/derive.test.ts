import { rm } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelsWorld, failureOf, ggufBytes, pullResult, sha256, type ModelsWorld } from '#testing';

const gguf = 'application/vnd.docker.ai.gguf.v3';
const licence = 'application/vnd.docker.ai.license';
const template = 'application/vnd.docker.ai.chat.template.jinja';
const weights = ggufBytes();
const signal = new AbortController().signal;
const system = { system: 'Be brief.' };

let world: ModelsWorld;
beforeEach(async () => {
  world = await createModelsWorld();
  const layers = [
    { mediaType: gguf, bytes: weights },
    { mediaType: licence, bytes: Buffer.from('the first licence') },
    { mediaType: template, bytes: Buffer.from('{{ old }}') },
  ];
  world.sources.addModel('docker.io/ai/tiny:latest', layers, {
    config: { config: { format: 'gguf' }, descriptor: {} },
  });
  await pullResult((await world.open()).pull('tiny', { signal }));
});
afterEach(() => world.dispose());

describe('a model made of another one', () => {
  it('has an id and texts of its own, and shares the weights', async () => {
    const models = await world.open();
    const before = await world.blobNames();
    const source = await models.get('tiny');
    const made = await models.derive('tiny', {
      target: 'mario',
      instructions: system,
      licences: ['the second licence'],
      chatTemplate: '{{ new }}',
    });
    expect(made.id).not.toBe(source.id);
    expect(made.tags).toEqual(['docker.io/ai/mario:latest']);
    expect(made.config).toEqual(source.config);
    expect(await models.texts(made.id, 'instructions')).toEqual([JSON.stringify(system)]);
    expect(await models.texts(made.id, 'licence')).toEqual(['the first licence', 'the second licence']);
    expect(await models.texts(made.id, 'chatTemplate')).toEqual(['{{ new }}']);
    expect(await models.texts(source.id, 'chatTemplate')).toEqual(['{{ old }}']);
    // Its config, its instructions, a licence and a template.
    expect((await world.blobNames()).length - before.length).toBe(4);
    expect((await models.bundle(made.id)).weightBytes).toBe(weights.length);
  });

  it('is there after a restart, and outlives its source', async () => {
    const made = await (await world.open()).derive('tiny', { target: 'mario', instructions: system });
    const models = await world.open();
    await models.remove('tiny', { force: false });
    expect((await models.get('mario')).id).toBe(made.id);
    expect(await models.texts(made.id, 'instructions')).toEqual([JSON.stringify(system)]);
    expect((await models.bundle(made.id)).weightBytes).toBe(weights.length);
    await models.remove('mario', { force: false });
    expect(await world.blobNames()).toEqual([]);
  });

  it('is the same model when it is made the same way', async () => {
    const models = await world.open();
    const [first, second] = [
      await models.derive('tiny', { target: 'one', instructions: system }),
      await models.derive('tiny', { target: 'two', instructions: system }),
    ];
    expect(second.id).toBe(first.id);
    expect(second.tags).toHaveLength(2);
  });

  it('replaces the instructions of the one it was made of', async () => {
    const models = await world.open();
    await models.derive('tiny', { target: 'one', instructions: system });
    const made = await models.derive('one', { target: 'two', instructions: { system: 'Be long.' } });
    expect(await models.texts(made.id, 'instructions')).toEqual(['{"system":"Be long."}']);
  });

  it('cannot be made of what is not there', async () => {
    const models = await world.open();
    expect((await failureOf(models.derive('absent', { target: 'x' }))).code).toBe('model.not_found');
    expect((await failureOf(models.derive('tiny', { target: '../x' }))).code).toBe('reference.invalid');
  });

  it('says when a text is gone from the disk', async () => {
    const models = await world.open();
    const made = await models.derive('tiny', { target: 'one', instructions: system });
    const [, hex = ''] = sha256(Buffer.from(JSON.stringify(system))).split(':');
    await rm(world.inStore('blobs', 'sha256', hex));
    expect((await failureOf(models.texts(made.id, 'instructions'))).code).toBe('model.invalid_file');
  });
});
