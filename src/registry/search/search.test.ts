import type { RequestListener } from 'node:http';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpClient } from '#registry';
import { systemClock } from '#core';
import { createManualClock, serve, type ManualClock, type TestServer } from '#testing';
import { createModelSearch } from './search.ts';
import type { ModelSearch } from './types.ts';

const http = createHttpClient({ env: {}, clock: systemClock });
afterAll(() => http.close());

const hubPage = {
  next: null,
  results: [
    { name: 'smollm2', namespace: 'ai', description: 'Tiny', pull_count: 50_000, star_count: 9, last_updated: '2025' },
    { name: 'qwen3-vllm', namespace: 'ai', description: 'Larger', pull_count: 7 },
  ],
};
const found = [
  {
    id: 'org/Smol-GGUF',
    downloads: 10,
    likes: 2,
    tags: ['gguf', 'license:apache-2.0'],
    pipeline_tag: 'text-generation',
  },
  { id: 'org/Smol', downloads: 20, likes: 3, tags: ['safetensors'] },
];

let hub: TestServer;
let face: TestServer;
let hubAnswers: RequestListener;
let clock: ManualClock;
let search: ModelSearch;

const sends =
  (values: Readonly<Record<string, unknown>>): RequestListener =>
  (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    response.writeHead(path in values ? 200 : 404).end(JSON.stringify(values[path]));
  };

beforeEach(async () => {
  hubAnswers = sends({
    '/v2/repositories/ai/': hubPage,
    '/v2/repositories/ai/smollm2/tags': { results: [{ name: 'latest', full_size: 270_000_000 }] },
  });
  hub = await serve((request, response) => hubAnswers(request, response));
  face = await serve(
    sends({
      '/api/models': found,
      '/api/models/org/Smol-GGUF': {
        siblings: [
          { rfilename: 'm-Q4_K_M.gguf', size: 100 },
          { rfilename: 'm-Q8_0.gguf', size: 200 },
        ],
      },
    }),
  );
  clock = createManualClock();
  const env = { HF_ENDPOINT: face.url, GANTRY_HUB_ENDPOINT: hub.url, HF_TOKEN: 'hf_secret' };
  search = createModelSearch({ http, env, clock, userHome: undefined });
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  await face[Symbol.asyncDispose]();
});

const { signal } = new AbortController();
const both = ['dockerhub', 'huggingface'] as const;

describe('a search', () => {
  it('lists both sources, Docker Hub first, with what would run a model and what a pull would fetch', async () => {
    const { models, failures } = await search({ term: 'SMOL', limit: 10, sources: both }, { signal });
    expect(failures).toEqual([]);
    expect(models.map(({ name, backend, sizeBytes }) => [name, backend, sizeBytes])).toEqual([
      ['ai/smollm2', 'llama.cpp', 270_000_000],
      ['hf.co/org/Smol', 'vllm', undefined],
      ['hf.co/org/Smol-GGUF', 'llama.cpp', 100],
    ]);
    expect(models[0]).toMatchObject({ description: 'Tiny', downloads: 50_000, stars: 9, official: true });
    expect(face.requests[0]?.url).toBe(
      '/api/models?apps=vllm%2Cllama.cpp&sort=downloads&direction=-1&limit=10&search=SMOL',
    );
  });

  it('says the licence where the list of the source does', async () => {
    const { models } = await search({ term: '', limit: 10, sources: both }, { signal });
    expect(models.map(({ name, license }) => [name, license])).toEqual([
      ['ai/smollm2', ''],
      ['ai/qwen3-vllm', ''],
      ['hf.co/org/Smol', ''],
      ['hf.co/org/Smol-GGUF', 'apache-2.0'],
    ]);
  });

  it('asks no registry for manifests, and nobody twice within ten minutes', async () => {
    await search({ term: '', limit: 10, sources: both }, { signal });
    const asked = hub.requests.length + face.requests.length;
    expect(hub.requests.every(({ url }) => url?.startsWith('/v2/repositories/'))).toBe(true);
    await search({ term: 'qwen', limit: 10, sources: ['dockerhub'] }, { signal });
    // What was not found is asked for again; nothing else is.
    expect(hub.requests.length + face.requests.length).toBe(asked + 1);
    clock.advance(11 * 60_000);
    await search({ term: 'smol', limit: 10, sources: ['dockerhub'] }, { signal });
    expect(hub.requests.at(-2)?.url).toContain('/v2/repositories/ai/?');
  });

  it('gives the token to Hugging Face alone', async () => {
    await search({ term: '', limit: 10, sources: both }, { signal });
    expect(new Set(hub.requests.map(({ headers }) => headers.authorization))).toEqual(new Set([undefined]));
    expect(face.requests[0]?.headers.authorization).toBe('Bearer hf_secret');
  });

  it('keeps to the limit over all sources, and looks up no more', async () => {
    const { models } = await search({ term: '', limit: 1, sources: both }, { signal });
    expect(models.map(({ name }) => name)).toEqual(['ai/smollm2']);
    expect(face.requests).toHaveLength(1);
  });

  it('goes on without a source that fails, and fails when all do', async () => {
    hubAnswers = (_request, response) => void response.writeHead(429).end();
    const { models, failures } = await search({ term: '', limit: 10, sources: both }, { signal });
    expect(models).toHaveLength(2);
    expect(failures).toMatchObject([{ source: 'dockerhub', error: { code: 'source.rate_limited' } }]);
    await expect(search({ term: '', limit: 10, sources: ['dockerhub'] }, { signal })).rejects.toMatchObject({
      code: 'source.rate_limited',
    });
  });

  it('takes no answer for a list that is none', async () => {
    hubAnswers = (_request, response) => void response.end('{"results":[{"id":1}]}');
    await expect(search({ term: '', limit: 10, sources: ['dockerhub'] }, { signal })).rejects.toMatchObject({
      code: 'source.invalid_response',
    });
  });
});
