import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startModelDaemon, type ModelDaemon } from './model-daemon.ts';

describe('reranking and tokens with real weights', () => {
  let started: ModelDaemon;
  beforeAll(async () => {
    // No reranking model is at hand; pooled by rank, any model gives scores, though without meaning.
    const settings = 'modelSettings:\n  test/smollm2:135m:\n    runtimeFlags: ["--pooling", "rank"]\n';
    started = await startModelDaemon({}, { settings });
  });
  afterAll(() => started.stop());
  beforeEach((context) => {
    if (started.skip !== undefined) context.skip(started.skip);
  });
  const post = async (path: string, body: object): Promise<unknown> => {
    const text = JSON.stringify({ model: started.model, ...body });
    return await (await fetch(`${started.url}${path}`, { method: 'POST', body: text })).json();
  };

  it('scores each document once, the best first', async () => {
    const answer = await post('/engines/llama.cpp/rerank', { query: 'cats', documents: ['a cat', 'a car', 'a tree'] });
    const { results } = answer as { results: { index: number; relevance_score: number }[] };
    expect(new Set(results.map(({ index }) => index))).toEqual(new Set([0, 1, 2]));
    expect(results).toHaveLength(3);
    const scores = results.map((one) => one.relevance_score);
    expect(scores).toEqual(scores.toSorted((a, b) => b - a));
    expect(answer).toMatchObject({ model: started.model, usage: { total_tokens: expect.any(Number) } });
  });

  it('gives tokens and their text again', async () => {
    const given = (await post('/tokenize', { content: 'hello there' })) as { tokens: number[] };
    expect(given.tokens).toEqual([28_120, 665]);
    expect(await post('/v1/detokenize', { tokens: given.tokens })).toMatchObject({ content: 'hello there' });
  });
});
