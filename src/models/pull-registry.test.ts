import { readFile } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, deferred } from '#core';
import {
  allEvents,
  createModelsWorld,
  failureOf,
  ggufBytes,
  pullResult,
  sha256,
  simpleTransfer,
  type ModelsWorld,
} from '#testing';

const gguf = 'application/vnd.docker.ai.gguf.v3';
const weights = ggufBytes();
const otherWeights = ggufBytes({ metadata: { 'general.architecture': 'llama', 'general.name': 'Other' } });
const offline = new AppError('source.unreachable', 'Docker Hub cannot be reached: no route.');
const signal = new AbortController().signal;

let world: ModelsWorld;
beforeEach(async () => {
  world = await createModelsWorld();
});
afterEach(() => world.dispose());

describe('a pull from a registry', () => {
  it('stores manifest, config, blobs and index as the reference implementation lays them out', async () => {
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    const { model, tag, cached } = await pullResult(models.pull('tiny', { signal }));
    expect({ id: model.id, tag, cached }).toEqual({ id, tag: 'docker.io/ai/tiny:latest', cached: false });
    expect(JSON.parse(await readFile(world.inStore('layout.json'), 'utf8'))).toEqual({ version: '1.0.0' });
    const index = JSON.parse(await readFile(world.inStore('models.json'), 'utf8'));
    expect(index.models).toEqual([
      { id, tags: ['docker.io/ai/tiny:latest'], files: [sha256(weights), expect.stringMatching(/^sha256:/)] },
    ]);
    expect(sha256(await readFile(world.inStore('manifests', 'sha256', id.slice(7))))).toBe(id);
    expect(await world.blobNames()).toHaveLength(2);
  });

  it('shows the token of its request for the manifest, the config and every blob', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal, bearerToken: 'let-me-in' }));
    expect(new Set(world.sources.tokens)).toEqual(new Set(['let-me-in']));
    expect(world.sources.tokens.length).toBeGreaterThanOrEqual(3);
  });

  it('says which mirror was skipped, once', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    world.sources.brokenMirrors = ['https://mirror.example', 'https://mirror.example'];
    const models = await world.open();
    const events = await allEvents(models.pull('tiny', { signal }));
    expect(events.filter(({ type }) => type === 'warning')).toEqual([
      expect.objectContaining({
        code: 'mirror.skipped',
        params: expect.objectContaining({ mirror: 'https://mirror.example' }),
      }),
    ]);
  });

  it('reports progress that never goes back and ends at the whole', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [
      { mediaType: gguf, bytes: weights },
      { mediaType: 'application/vnd.docker.ai.license', bytes: Buffer.alloc(20_000, 'l') },
    ]);
    const models = await world.open();
    const events = await allEvents(models.pull('tiny', { signal }));
    const last = new Map<string, number>();
    for (const event of events) {
      if (event.type !== 'progress') continue;
      expect(event.receivedBytes).toBeGreaterThan(last.get(event.layer) ?? -1);
      expect(event.totalBytes).toBe(weights.length + 20_000);
      last.set(event.layer, event.receivedBytes);
    }
    expect([...last.values()].toSorted((a, b) => a - b)).toEqual([weights.length, 20_000].toSorted((a, b) => a - b));
  });

  it('says that it used what was there when the digest is the same', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal }));
    const opened = world.sources.opened.length;
    expect(await pullResult(models.pull('ai/tiny', { signal }))).toMatchObject({ cached: true });
    expect(world.sources.opened).toHaveLength(opened);
  });

  it('moves the tag when the registry has a newer model, and keeps the old one by its id', async () => {
    const first = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal }));
    const second = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: otherWeights }]);
    await pullResult(models.pull('tiny', { signal }));
    expect((await models.get('tiny')).id).toBe(second);
    expect((await models.get(first)).tags).toEqual([]);
  });

  it('by digest leaves every tag where it is', async () => {
    const first = world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    const pinned = await pullResult(models.pull(`ai/tiny@${first}`, { signal }));
    expect(pinned.tag).toBe(`docker.io/ai/tiny@${first}`);
    expect(pinned.model.tags).toEqual([]);
    expect((await models.get(`ai/tiny@${first}`)).id).toBe(first);
    expect((await failureOf(models.get('ai/tiny'))).code).toBe('model.not_found');
    world.sources.registryFailure = offline;
    expect(await pullResult(models.pull(`ai/tiny@${first}`, { signal }))).toMatchObject({ cached: true });
  });

  it('refuses an artifact that is no model, naming what it is and what would be', async () => {
    world.sources.addModel('docker.io/library/debian:latest', [], {
      configType: 'application/vnd.oci.image.config.v1+json',
    });
    const models = await world.open();
    const error = await failureOf(models.pull('docker.io/library/debian', { signal }));
    expect(error.code).toBe('model.unsupported');
    expect(error.message).toContain('application/vnd.oci.image.config.v1+json');
    expect(error.message).toContain('application/vnd.docker.ai.model.config.v0.1+json');
  });

  it('refuses a layer that is not GGUF and leaves nothing behind', async () => {
    world.sources.addModel('docker.io/ai/fake:latest', [
      { mediaType: gguf, bytes: Buffer.from('not a model at all, just text') },
    ]);
    const models = await world.open();
    expect((await failureOf(models.pull('fake', { signal }))).code).toBe('model.invalid_file');
    expect(await models.list()).toEqual([]);
    expect(await world.blobNames()).toEqual([]);
  });

  it('refuses a large file of another kind after its first bytes', async () => {
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'x');
    world.sources.addModel('docker.io/ai/fake:latest', [{ mediaType: gguf, bytes }]);
    let transfers = 0;
    const models = await world.open({
      transfer: (...args) => {
        transfers += 1;
        return simpleTransfer(...args);
      },
    });
    expect((await failureOf(models.pull('fake', { signal }))).message).toMatch(/does not begin with "GGUF"/);
    expect(transfers).toBe(0);
  });

  it('keeps an unfinished layer, and nothing in the index, when another fails; the next pull resumes it', async () => {
    const broken = Buffer.alloc(20_000, 'b');
    const id = world.sources.addModel('docker.io/ai/tiny:latest', [
      { mediaType: gguf, bytes: weights },
      { mediaType: 'application/vnd.docker.ai.license', bytes: broken },
    ]);
    world.sources.blobOptions.set(sha256(broken), {
      failure: new AppError('source.truncated', 'The connection ended early.'),
    });
    const models = await world.open();
    expect((await failureOf(models.pull('tiny', { signal }))).code).toBe('source.truncated');
    expect(await models.list()).toEqual([]);
    expect(await world.blobNames()).toContain(`${sha256(broken).slice(7)}.partial`);
    world.sources.blobOptions.clear();
    expect((await pullResult(models.pull('tiny', { signal }))).model.id).toBe(id);
    expect(world.sources.opened.findLast(({ digest }) => digest === sha256(broken))?.startByte).toBeGreaterThan(0);
    expect((await world.blobNames()).filter((name) => name.includes('.'))).toEqual([]);
  });

  it('refuses before it begins when the disk cannot hold the model', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open({ freeBytes: () => Promise.resolve(100) });
    expect((await failureOf(models.pull('tiny', { signal }))).code).toBe('store.disk_full');
    expect(world.sources.opened).toEqual([]);
  });
});

describe('pulls at the same time', () => {
  it('of one model fetch its bytes once and both hear of all of it', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const gate = deferred<void>();
    world.sources.blobOptions.set(sha256(weights), { gate: gate.promise });
    const models = await world.open();
    const first = allEvents(models.pull('tiny', { signal }));
    const second = allEvents(models.pull('docker.io/ai/tiny:latest', { signal }));
    gate.resolve();
    const [a, b] = await Promise.all([first, second]);
    expect(a.at(-1)?.type).toBe('done');
    expect(b.at(-1)?.type).toBe('done');
    expect(world.sources.opened).toHaveLength(1);
    expect(world.sources.asked).toEqual(['manifest docker.io/ai/tiny:latest']);
  });

  it('go on when one of two callers leaves, and stop when the last one does', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const gate = deferred<void>();
    world.sources.blobOptions.set(sha256(weights), { gate: gate.promise });
    const models = await world.open();
    const leaver = new AbortController();
    const stayer = allEvents(models.pull('tiny', { signal }));
    const left = failureOf(models.pull('tiny', { signal: leaver.signal }));
    leaver.abort();
    expect((await left).code).toBe('request.aborted');
    gate.resolve();
    expect((await stayer).at(-1)?.type).toBe('done');

    const stuck = deferred<void>();
    world.sources.addModel('docker.io/ai/other:latest', [{ mediaType: gguf, bytes: otherWeights }]);
    world.sources.blobOptions.set(sha256(otherWeights), { gate: stuck.promise });
    const last = new AbortController();
    const only = failureOf(models.pull('other', { signal: last.signal }));
    last.abort();
    expect((await only).code).toBe('request.aborted');
    world.sources.blobOptions.clear();
    expect((await pullResult(models.pull('other', { signal }))).cached).toBe(false);
  });

  it('through two stores on one folder never write one partial file together, and say who is waited for', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const gate = deferred<void>();
    world.sources.blobOptions.set(sha256(weights), { gate: gate.promise });
    const [one, other] = [await world.open(), await world.open()];
    const waits = deferred<void>();
    const watch = async (models: typeof one): Promise<void> => {
      for await (const event of models.pull('tiny', { signal })) {
        if (event.type === 'status' && event.message.startsWith('Waiting for process')) waits.resolve();
      }
    };
    const both = Promise.all([watch(one), watch(other)]);
    await waits.promise;
    gate.resolve();
    await both;
    expect(world.sources.opened).toHaveLength(1);
  });

  it('of two models that share a layer fetch the layer once', async () => {
    const shared = { mediaType: gguf, bytes: weights };
    world.sources.addModel('docker.io/ai/one:latest', [shared]);
    world.sources.addModel('docker.io/ai/two:latest', [shared, { mediaType: 'x/licence', bytes: Buffer.from('two') }]);
    const gate = deferred<void>();
    world.sources.blobOptions.set(sha256(weights), { gate: gate.promise });
    const models = await world.open();
    const both = Promise.all([allEvents(models.pull('one', { signal })), allEvents(models.pull('two', { signal }))]);
    gate.resolve();
    await both;
    expect(world.sources.opened.filter(({ digest }) => digest === sha256(weights))).toHaveLength(1);
  });

  it('say that they wait when too many run', async () => {
    const gate = deferred<void>();
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) {
      const bytes = ggufBytes({ metadata: { 'general.architecture': 'llama', 'general.name': name } });
      world.sources.addModel(`docker.io/ai/${name}:latest`, [{ mediaType: gguf, bytes }]);
      world.sources.blobOptions.set(sha256(bytes), { gate: gate.promise });
    }
    const models = await world.open();
    const waits = deferred<void>();
    const watch = async (name: string): Promise<void> => {
      for await (const event of models.pull(name, { signal })) {
        if (event.type === 'status' && event.message.startsWith('Waiting for')) waits.resolve();
      }
    };
    const pulls = Promise.all(names.map(watch));
    await waits.promise;
    gate.resolve();
    await pulls;
    expect(await models.list()).toHaveLength(4);
  });
});
