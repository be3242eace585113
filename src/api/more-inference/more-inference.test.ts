import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startApi, type ApiUnderTest } from '../testing/api-under-test.ts';

describe('reranking and tokens', () => {
  let api: ApiUnderTest;
  let asked: { path: string; body: unknown }[];
  beforeEach(async () => {
    api = await startApi();
    asked = [];
    await api.runner((request, response) => {
      let text = '';
      request.setEncoding('utf8').on('data', (part: string) => (text += part));
      request.on('end', () => {
        const body = JSON.parse(text) as { documents?: string[]; tokens?: number[] };
        asked.push({ path: request.url ?? '', body });
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify(answerTo(request.url, body)));
      });
    });
  });
  afterEach(async () => {
    expect(api.inference.leased).toBe(0);
    await api[Symbol.asyncDispose]();
  });
  const post = async (path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const { status, text } = await api.ask(path, { method: 'POST', body: JSON.stringify(body) });
    return { status, body: JSON.parse(text) as unknown };
  };
  const question = { model: 'ai/ranker', query: 'q', documents: ['a', 'b', 'c'] };

  it.each([
    '/rerank',
    '/v1/rerank',
    '/engines/rerank',
    '/engines/v1/rerank',
    '/engines/llama.cpp/rerank',
    '/engines/llama.cpp/v1/rerank',
  ])('ranks at %s', async (path) => {
    expect(await post(path, question)).toEqual({
      status: 200,
      body: {
        model: 'ai/ranker',
        object: 'list',
        usage: { prompt_tokens: 4, total_tokens: 4 },
        results: [
          { index: 2, relevance_score: 2 },
          { index: 1, relevance_score: 1 },
          { index: 0, relevance_score: 0 },
        ],
      },
    });
    expect(asked).toEqual([{ path: '/v1/rerank', body: { ...question, stream: false } }]);
    expect(api.inference.acquired).toMatchObject([{ model: 'ai/ranker', mode: 'reranking' }]);
  });

  it('gives the best ones, with their texts where asked', async () => {
    const documents = [{ text: 'a' }, 'b'];
    const { body } = await post('/v1/rerank', { ...question, documents, top_n: 1, return_documents: true });
    expect(body).toMatchObject({ results: [{ index: 1, relevance_score: 1, document: { text: 'b' } }] });
  });

  it('scores pairs in their order', async () => {
    const { body } = await post('/score', { model: 'm', text_1: 'q', text_2: ['a', 'b'] });
    expect(body).toMatchObject({
      object: 'list',
      data: [
        { index: 0, object: 'score', score: 0 },
        { index: 1, object: 'score', score: 1 },
      ],
    });
    expect(await post('/engines/llama.cpp/score', { model: 'm', text_1: 'q', text_2: 'a' })).toMatchObject({
      status: 200,
    });
  });

  it('turns text into tokens and back', async () => {
    expect((await post('/tokenize', { model: 'm', content: 'hello there', with_pieces: null })).body).toEqual({
      model: 'm',
      tokens: [1, 2, 3],
      count: 3,
    });
    expect((await post('/v1/tokenize', { model: 'm', prompt: 'hello' })).body).toMatchObject({ count: 3 });
    expect((await post('/engines/llama.cpp/v1/detokenize', { model: 'm', tokens: [1, 2] })).body).toEqual({
      model: 'm',
      content: 'hello',
    });
    expect(asked.map(({ path }) => path)).toEqual(['/tokenize', '/tokenize', '/detokenize']);
  });

  it.each([
    ['/rerank', { query: 'q', documents: ['a'] }, 'model'],
    ['/rerank', { ...question, query: 1 }, 'query'],
    ['/rerank', { ...question, documents: [] }, 'documents'],
    ['/rerank', { ...question, documents: [1] }, 'documents'],
    ['/rerank', { ...question, top_n: 0 }, 'top_n'],
    ['/score', { model: 'm', text_1: 'q' }, 'text_2'],
    ['/tokenize', { model: 'm' }, 'content'],
    ['/tokenize', { model: 'm', content: 'x', add_special: 1 }, 'add_special'],
    ['/detokenize', { model: 'm', tokens: ['x'] }, 'tokens'],
    ['/detokenize', { model: 'm', tokens: [-1] }, 'tokens'],
  ])('refuses at %s what is wrong: %j', async (path, request, param) => {
    expect(await post(path, request)).toMatchObject({ status: 400, body: { error: { param } } });
    expect(api.inference.acquired).toEqual([]);
  });

  it.each(['/v1/images/generations', '/engines/v1/audio/speech', '/engines/llama.cpp/v1/audio/transcriptions'])(
    'says of %s that nothing here can do that',
    async (path) => {
      const { status, body } = await post(path, { model: 'm', prompt: 'a cat' });
      expect(status).toBe(404);
      expect(body).toMatchObject({ error: { message: expect.stringMatching(/^No runtime here can/) } });
    },
  );

  it('leaves other paths alone and knows its backends', async () => {
    expect(await post('/engines/nobackend/rerank', question)).toMatchObject({ status: 404 });
    expect((await api.ask('/other/rerank', { method: 'POST', body: '{}' })).status).toBe(404);
    expect((await api.ask('/rerank')).status).toBe(404);
  });

  it('never fails on a body of any kind', async () => {
    const value = fc.oneof(fc.jsonValue({ maxDepth: 3 }), fc.constantFrom('m', ['a'], [1], 1, null));
    const fields = fc.constantFrom('model', 'query', 'documents', 'text_1', 'text_2', 'content', 'tokens', 'top_n');
    const body = fc.oneof(fc.jsonValue(), fc.dictionary(fields, value));
    const path = fc.constantFrom('/rerank', '/score', '/tokenize', '/detokenize');
    await fc.assert(
      fc.asyncProperty(path, body, async (to, sent) => {
        const { status } = await api.ask(to, { method: 'POST', body: JSON.stringify(sent) });
        expect([200, 400]).toContain(status);
      }),
      { numRuns: 5000 },
    );
  }, 120_000);
});

function answerTo(url: string | undefined, { documents = [] }: { documents?: string[] }): unknown {
  if (url === '/tokenize') return { tokens: [1, 2, 3] };
  if (url === '/detokenize') return { content: 'hello' };
  const results = documents.map((_, index) => ({ index, relevance_score: index }));
  return { model: 'x', object: 'list', usage: { prompt_tokens: 4, total_tokens: 4 }, results };
}
