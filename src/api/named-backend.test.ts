import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { startApi, type ApiUnderTest } from './testing/api-under-test.ts';

const model = 'ai/smollm2';
const messages = [{ role: 'user', content: 'Hello?' }];

describe('a backend that is named in the path', () => {
  let api: ApiUnderTest;
  beforeEach(async () => {
    api = await startApi();
    // What a backend that cannot run the model is answered with, whichever route asked.
    api.inference.onAcquire = () => {
      throw new AppError('request.invalid', 'The backend does not fit the model.');
    };
  });
  afterEach(() => api[Symbol.asyncDispose]());

  it.each([
    ['v1/chat/completions', { messages }],
    ['v1/completions', { prompt: 'Hello' }],
    ['v1/embeddings', { input: 'Hello' }],
    ['v1/messages', { messages, max_tokens: 1 }],
    ['v1/messages/count_tokens', { messages }],
    ['v1/responses', { input: 'Hello' }],
    ['v1/responses/input_tokens', { input: 'Hello' }],
    ['v1/rerank', { query: 'q', documents: ['a'] }],
    ['rerank', { query: 'q', documents: ['a'] }],
    ['score', { text_1: 'a', text_2: 'b' }],
    ['tokenize', { content: 'Hello' }],
    ['detokenize', { tokens: [1] }],
  ])('is the one that %s asks for, so that one that does not fit is refused', async (path, fields) => {
    const body = JSON.stringify({ model, ...fields });
    const { status } = await api.ask(`/engines/llama.cpp/${path}`, { method: 'POST', body });
    expect(status).toBe(400);
    expect(api.inference.acquired.map(({ backend }) => backend)).toEqual(['llama.cpp']);
    await api.ask(`/engines/${path}`, { method: 'POST', body });
    expect(api.inference.acquired.map(({ backend }) => backend)).toEqual(['llama.cpp', undefined]);
  });
});
