import { describe, expect, it } from 'vitest';
import { samplingOf } from './options.ts';

describe('options', () => {
  it('are said in the words of llama.cpp', () => {
    const { body, contextSize, ignored } = samplingOf({
      temperature: 0.2,
      top_k: 5,
      typical_p: 0.9,
      repeat_last_n: 32,
      mirostat: 2,
      mirostat_tau: 4,
      num_predict: 7,
      num_keep: 3,
      stop: ['a', 'b'],
      num_ctx: 4096,
    });
    expect(body).toEqual({
      temperature: 0.2,
      top_k: 5,
      typical_p: 0.9,
      repeat_last_n: 32,
      mirostat: 2,
      mirostat_tau: 4,
      max_tokens: 7,
      n_keep: 3,
      stop: ['a', 'b'],
    });
    expect(contextSize).toBe(4096);
    expect(ignored).toEqual([]);
  });

  it('are named when they have no effect here', () => {
    expect(samplingOf({ num_thread: 4, num_gpu: 1, tfs_z: 1, invented: true }).ignored).toEqual([
      'num_thread',
      'num_gpu',
      'tfs_z',
      'invented',
    ]);
  });

  it.each([-1, -2])('do not limit an answer with num_predict %i', (value) => {
    expect(samplingOf({ num_predict: value }).body).toEqual({ max_tokens: -1 });
  });

  it('count as not given when they are null', () => {
    expect(samplingOf({ temperature: null, num_ctx: null, odd: null })).toEqual({
      body: {},
      contextSize: undefined,
      ignored: [],
    });
  });

  it.each([
    { temperature: 'hot' },
    { top_k: 1.5 },
    { stop: [1] },
    { num_ctx: -4 },
    { num_ctx: 'many' },
    { seed: 2 ** 60 },
  ])('are refused when they have the wrong type: %j', (options) => {
    expect(() => samplingOf(options)).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });
});
