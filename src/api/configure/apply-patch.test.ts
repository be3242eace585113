import { describe, expect, it } from 'vitest';
import { applyPatch, type ModelSettings } from './apply-patch.ts';
import { readPatch } from './read-patch.ts';

const apply = (settings: ModelSettings, body: object, keys: readonly string[] = Object.keys(settings)) =>
  applyPatch(settings, readPatch(Buffer.from(JSON.stringify({ model: 'm', ...body }))), { keys, newKey: 'm:latest' });

describe('a patch', () => {
  it('changes what it names and keeps the rest', () => {
    const before = { m: { contextSize: 4096, keepAlive: '5m', pin: true } };
    const { modelSettings, changes } = apply(before, { keep_alive: '10m' });
    expect(modelSettings).toEqual({ m: { contextSize: 4096, keepAlive: '10m', pin: true } });
    expect(changes).toEqual([{ path: ['modelSettings', 'm', 'keepAlive'], value: '10m' }]);
  });

  it('takes back what is null, and the whole entry when nothing is left', () => {
    expect(apply({ m: { contextSize: 4096, keepAlive: '5m' } }, { 'context-size': null }).changes).toEqual([
      { path: ['modelSettings', 'm', 'contextSize'], value: undefined },
    ]);
    expect(apply({ m: { contextSize: 4096 } }, { 'context-size': null }).changes).toEqual([
      { path: ['modelSettings', 'm'], value: undefined },
    ]);
  });

  it('that says what holds already changes nothing', () => {
    const before = { m: { contextSize: 4096, speculative: { draftModel: 'd', tokens: 3 } } };
    expect(apply(before, { 'context-size': 4096, speculative: { num_tokens: 3 } }).changes).toEqual([]);
    expect(apply(before, {}).changes).toEqual([]);
  });

  it('goes into the last of several names, which wins, and takes back under all of them', () => {
    const before = { m: { contextSize: 1024, keepAlive: '1m' }, 'm:latest': { contextSize: 2048 } };
    expect(apply(before, { 'context-size': 4096 }).modelSettings).toEqual({
      m: { contextSize: 1024, keepAlive: '1m' },
      'm:latest': { contextSize: 4096 },
    });
    expect(apply(before, { 'context-size': null }).changes).toEqual([
      { path: ['modelSettings', 'm', 'contextSize'], value: undefined },
      { path: ['modelSettings', 'm:latest'], value: undefined },
    ]);
  });

  it('with a mode touches that mode only', () => {
    const { modelSettings, changes } = apply(
      { m: { contextSize: 4096 } },
      { mode: 'embedding', 'runtime-flags': ['--pooling', 'mean'] },
    );
    expect(modelSettings).toEqual({
      m: { contextSize: 4096, modes: { embedding: { runtimeFlags: ['--pooling', 'mean'] } } },
    });
    expect(changes).toEqual([
      {
        path: ['modelSettings', 'm', 'modes'],
        value: { embedding: { runtimeFlags: ['--pooling', 'mean'] } },
      },
    ]);
    expect(apply(modelSettings, { mode: 'embedding', 'runtime-flags': null }).modelSettings).toEqual({
      m: { contextSize: 4096 },
    });
  });

  it('changes single fields of speculative decoding, and needs a draft model', () => {
    const before = { m: { speculative: { draftModel: 'd', tokens: 3 } } };
    expect(apply(before, { speculative: { num_tokens: null, min_acceptance_rate: 0.5 } }).modelSettings).toEqual({
      m: { speculative: { draftModel: 'd', minAcceptanceRate: 0.5 } },
    });
    expect(apply(before, { speculative: null }).modelSettings).toEqual({ m: {} });
    expect(() => apply({}, { speculative: { num_tokens: 3 } })).toThrow('Speculative decoding needs a draft model.');
  });
});
