import { describe, expect, it } from 'vitest';
import { searchBody } from '#contract';
import { AppError } from '#core';
import type { ModelSearch, SearchQuery } from '#registry';
import type { Exchange } from '../http/exchange.ts';
import { createSearchRoutes } from './search-routes.ts';

/** Asks the route with a query and resolves with what it would have sent. */
async function ask(query: string, search: ModelSearch): Promise<unknown> {
  let sent = '';
  const response = {
    writeHead: () => response,
    end: (body: unknown) => {
      sent = String(body);
    },
  };
  const exchange = { query, response, gone: new AbortController().signal } as unknown as Exchange;
  await createSearchRoutes({ search }).match('GET', '/gantry/search')?.(exchange);
  return JSON.parse(sent);
}

describe('GET /gantry/search', () => {
  const found = {
    name: 'ai/x',
    description: '',
    downloads: 1,
    stars: 2,
    source: 'dockerhub',
    official: true,
    updatedAt: '',
    license: 'mit',
    backend: 'llama.cpp',
    sizeBytes: undefined,
  } as const;

  it('asks both sources for 32 unless told otherwise, and answers as the contract says', async () => {
    const queries: SearchQuery[] = [];
    const error = new AppError('source.unreachable', 'Out of reach.', { params: { host: 'h' } });
    const search: ModelSearch = async (query) => {
      queries.push(query);
      return { models: [found], failures: [{ source: 'huggingface', error }] };
    };
    const body = searchBody.parse(await ask('term=+smol+', search));
    expect(body.results[0]).toMatchObject({ Name: 'ai/x', Size: 'n/a', Source: 'Docker Hub', License: 'mit' });
    expect(body.warnings).toEqual([
      { source: 'HuggingFace', code: 'source.unreachable', message: 'Out of reach.', params: { host: 'h' } },
    ]);
    await ask('limit=5&source=huggingface', search);
    expect(queries).toEqual([
      { term: 'smol', limit: 32, sources: ['dockerhub', 'huggingface'] },
      { term: '', limit: 5, sources: ['huggingface'] },
    ]);
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'source=elsewhere'])('refuses %s', async (query) => {
    const never: ModelSearch = async () => ({ models: [], failures: [] });
    await expect(ask(query, never)).rejects.toMatchObject({ code: 'request.invalid' });
  });

  it('does not exist without a search', () => {
    expect(createSearchRoutes({}).match('GET', '/gantry/search')).toBeUndefined();
  });
});
