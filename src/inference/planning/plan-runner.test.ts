import { describe, expect, it } from 'vitest';
import { AppError, digestFromHex } from '#core';
import type { GgufHeader, ModelConfig } from '#models';
import { estimateMemory } from './estimate-memory.ts';
import { configOf, planRunner, type PlanInput } from './plan-runner.ts';

const mebibyte = 1024 ** 2;

const smollm2: GgufHeader = {
  version: 3,
  architecture: 'llama',
  trainedContext: 8192,
  blockCount: 30,
  embeddingLength: 576,
  headCount: 9,
  headCountKv: 3,
  vocabularySize: 49_152,
  hasChatTemplate: true,
  metadata: {},
};

function plan(input: Partial<PlanInput> & { header?: Partial<GgufHeader>; config?: Partial<ModelConfig> } = {}) {
  return planRunner({
    name: 'smollm2',
    bundle: {
      id: digestFromHex('0'.repeat(64)),
      modelPath: '/m',
      config: { format: 'gguf', ...input.config },
      header: { ...smollm2, ...input.header },
      weightBytes: 98_362_432,
    },
    mode: 'completion',
    settings: { memory: '70%', queueLimit: 1, modelSettings: {} },
    modelSettings: {},
    machine: { totalMemoryBytes: 1e10, cpuCount: 8, coreCount: 4, performanceCoreCount: 4, cpuQuota: undefined },
    budgetBytes: 7e9,
    ...input,
  });
}

function errorOf(action: () => unknown): AppError {
  try {
    action();
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('memory', () => {
  // Resident memory of llama-server after a 400-token prompt, in MiB.
  it.each([
    { contextSize: 512, parallel: 1, measured: 152 },
    { contextSize: 2048, parallel: 1, measured: 186 },
    { contextSize: 8192, parallel: 1, measured: 321 },
    { contextSize: 2048, parallel: 4, measured: 322 },
    { contextSize: 8192, parallel: 4, measured: 863 },
  ])('of SmolLM2 at $contextSize × $parallel is estimated to 15 % above the $measured MiB it takes', (row) => {
    const { totalBytes } = estimateMemory(smollm2, { ...row, weightBytes: 98_362_432 });
    expect(totalBytes / mebibyte).toBeGreaterThan(row.measured);
    expect(totalBytes / mebibyte).toBeLessThan(row.measured * 1.15);
  });

  const cache = (header: Partial<GgufHeader>, extra: object = {}): number =>
    estimateMemory({ ...smollm2, ...header }, { contextSize: 8192, parallel: 1, weightBytes: 0, ...extra }).cacheBytes;

  it('of the cache follows the key and value lengths and the heads of each block', () => {
    expect(cache({})).toBe(30 * 8192 * 3 * 128 * 2);
    expect(cache({ keyLength: 128, valueLength: 64 })).toBe(30 * 8192 * 3 * 192 * 2);
    expect(cache({ blockCount: 2, headCountKv: [3, 0] })).toBe(8192 * 3 * 128 * 2);
    expect(cache({ headCountKv: undefined })).toBe(30 * 8192 * 9 * 128 * 2);
  });

  it('of windowed blocks is that of the window, where the architecture is known', () => {
    const window = { architecture: 'gemma3', blockCount: 6, slidingWindow: 512 };
    expect(cache(window)).toBe((5 * 1024 + 8192) * 3 * 128 * 2);
    expect(cache(window, { fullWindow: true })).toBe(6 * 8192 * 3 * 128 * 2);
    expect(cache({ ...window, architecture: 'unheard-of' })).toBe(6 * 8192 * 3 * 128 * 2);
  });
});

describe('where a value comes from', () => {
  it('is the machine and the model when nobody says anything', () => {
    expect(plan()).toMatchObject({
      contextSize: { value: 8192, origin: 'fitted' },
      parallel: { value: 4, origin: 'default' },
      threads: { value: 4, origin: 'fitted' },
      batchThreads: { value: 4, origin: 'fitted' },
      runtimeFlags: { value: [], origin: 'default' },
      keepAliveMs: { value: 300_000, origin: 'default' },
      pin: { value: false, origin: 'default' },
    });
  });

  it('is the request before the model settings before the settings before the package', () => {
    const settings = {
      keepAlive: '1h',
      memory: '70%',
      queueLimit: 1,
      modelSettings: {},
      contextSize: 1024,
      threads: 3,
    };
    expect(plan({ config: { context_size: 4096 } }).contextSize).toEqual({ value: 4096, origin: 'package' });
    expect(plan({ config: { context_size: 4096 }, settings }).contextSize).toEqual({ value: 1024, origin: 'settings' });
    const both = { settings, modelSettings: { contextSize: 2048 } };
    expect(plan(both).contextSize).toEqual({ value: 2048, origin: 'model settings' });
    expect(plan({ ...both, request: { contextSize: 512 } }).contextSize).toEqual({ value: 512, origin: 'request' });
    expect(plan(both).batchThreads).toEqual({ value: 3, origin: 'settings' });
  });

  it('names the devices only where the settings do', () => {
    const settings = { memory: '70%', queueLimit: 1, modelSettings: {} };
    expect(configOf(plan())).not.toHaveProperty('gpu');
    expect(configOf(plan({ settings: { ...settings, gpu: 'auto' } }))).not.toHaveProperty('gpu');
    expect(plan({ settings: { ...settings, gpu: 'none' } }).gpu).toEqual({ value: 'none', origin: 'settings' });
    expect(configOf(plan({ settings: { ...settings, gpu: 'cuda' } })).gpu).toBe('cuda');
  });

  it('is the model settings for runtime flags that are settings of ours', () => {
    const effective = plan({
      modelSettings: { runtimeFlags: ['--ctx-size', '4096', '--seed', '-1', '-np', '2'] },
    });
    expect(effective.contextSize).toEqual({ value: 4096, origin: 'model settings' });
    expect(effective.parallel).toEqual({ value: 2, origin: 'model settings' });
    expect(effective.runtimeFlags).toEqual({ value: ['--seed', '-1'], origin: 'model settings' });
  });

  it('keeps a pinned model for ever unless its keep-alive says otherwise', () => {
    expect(plan({ modelSettings: { pin: true } }).keepAliveMs).toEqual({ value: -1, origin: 'model settings' });
    expect(plan({ modelSettings: { pin: true, keepAlive: '1m' } }).keepAliveMs.value).toBe(60_000);
  });
});

describe('what cannot be honoured', () => {
  it('is refused: a context above the trained one, unless it is stretched on purpose', () => {
    const modelSettings = { contextSize: 16_384 };
    expect(errorOf(() => plan({ modelSettings }))).toMatchObject({
      code: 'settings.invalid',
      params: { reason: 'context_above_trained', trained: 8192, requested: 16_384 },
    });
    expect(errorOf(() => plan({ request: modelSettings })).code).toBe('request.invalid');
    const stretched = plan({ modelSettings: { ...modelSettings, runtimeFlags: ['--rope-scaling', 'yarn'] } });
    expect(stretched.contextSize.value).toBe(16_384);
  });

  it('is refused: a model that does not fit even with the smallest context', () => {
    expect(errorOf(() => plan({ budgetBytes: 1e8 }))).toMatchObject({
      code: 'inference.out_of_memory',
      params: { reason: 'never_fits', budget: '100MB' },
    });
  });

  it('is refused: a wished context that does not fit; only places nobody wished for are given up', () => {
    const budgetBytes = 500 * mebibyte;
    const modelSettings = { contextSize: 8192 };
    expect(plan({ budgetBytes, modelSettings }).parallel).toEqual({ value: 1, origin: 'fitted' });
    const both = { ...modelSettings, parallel: 4 };
    expect(errorOf(() => plan({ budgetBytes, modelSettings: both })).code).toBe('inference.out_of_memory');
  });

  it.each([
    { flags: ['--flash-atn', 'on'], nearest: '--flash-attn' },
    { flags: ['--tempature', '0.5'], nearest: '--temperature' },
    { flags: ['--completely-different-thing'], nearest: undefined },
  ])('is refused: the unknown flag $flags.0', ({ flags, nearest }) => {
    const error = errorOf(() => plan({ modelSettings: { runtimeFlags: flags } }));
    expect(error.code).toBe('settings.invalid');
    expect(error.params['nearest']).toBe(nearest);
    if (nearest) expect(error.hint).toContain(nearest);
  });

  it('is refused: a flag that leads out of the sandbox', () => {
    const flags = [
      ['--model', '/etc/passwd'],
      ['--lora', 'x'],
      ['--host', '0.0.0.0'],
      ['--samplers', '--host'],
    ];
    for (const runtimeFlags of flags) {
      expect(errorOf(() => plan({ modelSettings: { runtimeFlags } })).code).toBe('settings.invalid');
    }
  });

  it('is refused: a flag and a setting that say different things', () => {
    const modelSettings = { contextSize: 4096, runtimeFlags: ['-c', '2048'] };
    expect(errorOf(() => plan({ modelSettings })).params['reason']).toBe('flag_contradicts_setting');
  });

  it.each([
    { mode: 'embedding' as const, pooling: undefined, flags: [], fine: false },
    { mode: 'embedding' as const, pooling: undefined, flags: ['--pooling', 'mean'], fine: true },
    { mode: 'embedding' as const, pooling: 'cls', flags: [], fine: true },
    { mode: 'embedding' as const, pooling: 'none', flags: [], fine: false },
    { mode: 'reranking' as const, pooling: 'mean', flags: [], fine: false },
    { mode: 'reranking' as const, pooling: 'rank', flags: [], fine: true },
    { mode: 'completion' as const, pooling: 'mean', flags: [], fine: false },
    { mode: 'completion' as const, pooling: 'last', flags: [], fine: true },
  ])('is refused: $mode with pooling $pooling and flags $flags, or not ($fine)', ({ mode, pooling, flags, fine }) => {
    const attempt = (): unknown => plan({ mode, header: { pooling }, modelSettings: { runtimeFlags: flags } });
    if (fine) expect(attempt).not.toThrow();
    else expect(errorOf(attempt).code).toBe('inference.unsupported');
  });
});
