import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { readPatch } from './read-patch.ts';

const read = (body: object) => readPatch(Buffer.from(JSON.stringify({ model: 'm', ...body })));

describe('the body of _configure', () => {
  it('is read field by field; what is left out stays out', () => {
    expect(read({})).toEqual({ model: 'm', mode: undefined, plain: {}, speculative: undefined, vllm: undefined });
    expect(
      read({
        mode: 'completion',
        'context-size': 8192,
        keep_alive: '10m',
        'runtime-flags': ['--temp', '0.1'],
        speculative: { draft_model: 'd', num_tokens: 16, min_acceptance_rate: 0.8 },
        llamacpp: { 'reasoning-budget': -1 },
        vllm: { 'hf-overrides': { a: 1 }, 'gpu-memory-utilization': 0.9 },
      }),
    ).toEqual({
      model: 'm',
      mode: 'completion',
      plain: { contextSize: 8192, keepAlive: '10m', runtimeFlags: ['--temp', '0.1'], reasoningBudget: -1 },
      speculative: { draftModel: 'd', tokens: 16, minAcceptanceRate: 0.8 },
      vllm: { hfOverrides: { a: 1 }, gpuMemoryUtilization: 0.9 },
    });
  });

  it('takes keep_alive as a duration or as seconds', () => {
    expect(read({ keep_alive: 300 }).plain).toEqual({ keepAlive: '300' });
    expect(read({ keep_alive: -1 }).plain).toEqual({ keepAlive: '-1' });
    expect(() => read({ keep_alive: 'soon' })).toThrow('"soon" is not a duration.');
  });

  it('prefers the list of flags to the line, which is split as by a shell', () => {
    expect(read({ 'raw-runtime-flags': `--temp 0.1 --grammar 'root ::= "a"'` }).plain.runtimeFlags).toEqual([
      '--temp',
      '0.1',
      '--grammar',
      'root ::= "a"',
    ]);
    expect(read({ 'runtime-flags': ['--top-k', '5'], 'raw-runtime-flags': '--temp 0.1' }).plain.runtimeFlags).toEqual([
      '--top-k',
      '5',
    ]);
    expect(read({ 'runtime-flags': [], 'raw-runtime-flags': '--temp 0.1' }).plain.runtimeFlags).toHaveLength(2);
  });

  it('takes the mode from the flags that name one', () => {
    expect(read({ 'runtime-flags': ['--embeddings', '--pooling', 'mean'] })).toMatchObject({
      mode: 'embedding',
      plain: { runtimeFlags: ['--pooling', 'mean'] },
    });
    expect(() => read({ mode: 'completion', 'runtime-flags': ['--embeddings'] })).toThrow('are for embedding');
  });

  it('takes null, and a context of 0, as the default', () => {
    expect(read({ 'context-size': null, keep_alive: null, llamacpp: null, speculative: null })).toMatchObject({
      plain: { contextSize: null, keepAlive: null, reasoningBudget: null },
      speculative: null,
    });
    expect(read({ 'context-size': 0 }).plain).toEqual({ contextSize: null });
    expect(read({ 'context-size': -1 }).plain).toEqual({ contextSize: -1 });
  });

  it.each([
    [{ model: '' }, 'model is required'],
    [{ model: 5 }, '"model" is not valid: string'],
    [{ mode: 'image-generation' }, '"mode" is not valid'],
    [{ 'context-size': 1.5 }, '"context-size" is not valid'],
    [{ 'context-size': -2 }, '"context-size" is not valid'],
    [{ speculative: { draft_model: 'd', min_acceptance_rate: 1.5 } }, '"speculative.min_acceptance_rate"'],
    [{ vllm: { 'gpu-memory-utilization': 0 } }, '"vllm.gpu-memory-utilization"'],
    [{ 'runtime-flags': '--temp 0.1' }, '"runtime-flags" is not valid'],
  ])('is refused: %j', (body, why) => {
    expect(() => read(body)).toThrow(why);
  });

  it('is read or refused as request.invalid, whatever it is', () => {
    const names = ['model', 'mode', 'runtime-flags', 'raw-runtime-flags', 'context-size', 'keep_alive'];
    const field = fc.constantFrom(...names, 'speculative', 'vllm', 'llamacpp');
    fc.assert(
      fc.property(fc.dictionary(fc.oneof(field, fc.string()), fc.jsonValue()), (body) => {
        try {
          readPatch(Buffer.from(JSON.stringify(body)));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect(error).toMatchObject({ code: 'request.invalid' });
        }
      }),
      { numRuns: 2000 },
    );
  });
});
