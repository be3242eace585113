import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog, systemClock } from '#core';
import { createModelsWorld, failureOf, ggufBytes, pullResult, sha256, type ModelsWorld } from '#testing';
import { openStore } from './store.ts';

const gguf = 'application/vnd.docker.ai.gguf.v3';
const weights = ggufBytes();
const signal = new AbortController().signal;

let world: ModelsWorld;
beforeEach(async () => {
  world = await createModelsWorld();
});
afterEach(() => world.dispose());

function pullTiny(name = 'tiny'): Promise<string> {
  const id = world.sources.addModel(`docker.io/ai/${name}:latest`, [{ mediaType: gguf, bytes: weights }], {
    config: { config: { format: 'gguf', architecture: name }, descriptor: {} },
  });
  return world
    .open()
    .then((models) => pullResult(models.pull(name, { signal })))
    .then(() => id);
}

it('tells a model that was removed meanwhile from a damaged one', async () => {
  await pullTiny();
  const store = await openStore(dirname(world.inStore('models.json')), { clock: systemClock, log: silentLog });
  const [entry] = await store.index();
  if (!entry) throw new Error('The store is empty.');
  await (await world.open()).remove('tiny', { force: true });
  expect((await failureOf(store.model(entry))).code).toBe('model.not_found');
  expect((await failureOf(store.record(entry.id))).code).toBe('model.not_found');
});

describe('opening a store', () => {
  it('refuses a folder that holds something else', async () => {
    await writeFile(join(world.folder, 'thesis.txt'), 'mine');
    const error = await failureOf(openStore(world.folder, { clock: systemClock, log: silentLog }));
    expect(error.code).toBe('store.corrupt');
    expect(error.message).toContain('thesis.txt');
    expect(await readdir(world.folder)).toEqual(['thesis.txt']);
  });

  it('refuses a layout it does not know', async () => {
    await pullTiny();
    await writeFile(world.inStore('layout.json'), '{"version":"2.0.0"}');
    expect((await failureOf(world.open())).message).toContain('2.0.0');
  });

  it('reads a store that the reference implementation wrote, and its old spelling of Hugging Face', async () => {
    const id = await pullTiny();
    const index = { models: [{ id, tags: ['hf.co/org/tiny:latest'], files: null }] };
    await writeFile(world.inStore('models.json'), JSON.stringify(index));
    const models = await world.open();
    expect((await models.list())[0]?.tags).toEqual(['huggingface.co/org/tiny:latest']);
    await models.remove('hf.co/org/tiny', { force: false });
    expect(await world.blobNames()).toEqual([]);
  });
});

describe('a damaged index', () => {
  it('is rebuilt from the manifests with the tags that can still be read, and kept aside', async () => {
    const id = await pullTiny();
    const other = await pullTiny('other');
    const text = await readFile(world.inStore('models.json'), 'utf8');
    await writeFile(world.inStore('models.json'), text.slice(0, text.indexOf('"files"', text.indexOf(other))));
    const models = await world.open();
    const found = await models.list();
    expect(new Set(found.map((model) => model.id))).toEqual(new Set([id, other]));
    expect(found.flatMap(({ tags }) => tags)).toEqual(['docker.io/ai/other:latest', 'docker.io/ai/tiny:latest']);
    expect((await readdir(world.inStore())).some((name) => name.startsWith('models.json.damaged-'))).toBe(true);
  });

  it('is reported, not emptied, when no manifest is left', async () => {
    const id = await pullTiny();
    const models = await world.open();
    await models.remove(id, { force: true });
    await writeFile(world.inStore('models.json'), '{"models":[');
    expect((await failureOf(world.open())).code).toBe('store.corrupt');
    expect(await readFile(world.inStore('models.json'), 'utf8')).toBe('{"models":[');
  });
});

describe('the sweep at the start', () => {
  const hex = 'f'.repeat(64);
  const weekAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);

  it('clears what dead processes left, and unfinished or unnamed blobs after seven days', async () => {
    const id = await pullTiny();
    const blobs = (name: string): string => world.inStore('blobs', 'sha256', name);
    const dead = 2 ** 22 + 1;
    const old = [`${hex}.partial`, `${hex}.partial.json`, `${hex}.incomplete`, hex];
    const fresh = [`${'e'.repeat(64)}.partial`, 'e'.repeat(64)];
    const ours = `member.${process.pid}.abcdef.tmp`;
    for (const name of [...old, ...fresh, ours, `member.${dead}.abcdef.tmp`, `unnamed.${dead}.abcdef.tmp.partial`])
      await writeFile(blobs(name), 'x');
    for (const name of old) await utimes(blobs(name), weekAgo, weekAgo);
    await utimes(blobs(sha256(weights).slice(7)), weekAgo, weekAgo);
    await writeFile(world.inStore(`models.json.${dead}.abcdef.tmp`), 'x');
    const models = await world.open();
    const left = await world.blobNames();
    expect(left).toEqual(expect.arrayContaining([...fresh, ours, sha256(weights).slice(7)]));
    expect(left).toHaveLength(5);
    expect(await readdir(world.inStore())).not.toContain(`models.json.${dead}.abcdef.tmp`);
    expect((await models.get(id)).id).toBe(id);
  });
});

it('a model whose manifest is gone is still listed, so that it can be removed, and the others work', async () => {
  const id = await pullTiny();
  const other = await pullTiny('other');
  await rm(world.inStore('manifests', 'sha256', id.slice('sha256:'.length)));
  const models = await world.open();
  expect((await models.list()).map((model) => model.id)).toEqual([other, id]);
  expect((await failureOf(models.get('tiny'))).code).toBe('store.corrupt');
  await models.remove('tiny', { force: false });
  expect((await models.get('other')).id).toBe(other);
  expect(await world.blobNames()).toHaveLength(2);
});
