import type { SearchBody } from '#contract';
import { AppError, formatSize } from '#core';
import type { ModelSearch, SearchOutcome, SearchQuery, SearchSource } from '#registry';
import { sendError, sendJson, type Exchange } from '../http/exchange.ts';
import type { RouteSet } from '../http/route-set.ts';

const sources: Readonly<Record<string, readonly SearchSource[]>> = {
  all: ['dockerhub', 'huggingface'],
  dockerhub: ['dockerhub'],
  huggingface: ['huggingface'],
};
const sourceNames: Readonly<Record<SearchSource, string>> = { dockerhub: 'Docker Hub', huggingface: 'HuggingFace' };
const defaultLimit = 32;
const mostResults = 100;

/** `GET /gantry/search`. A daemon without a search has no such route. */
export function createSearchRoutes({ search }: { search?: ModelSearch | undefined }): RouteSet {
  return {
    match(verb, path) {
      if (verb !== 'GET' || path !== '/gantry/search' || !search) return undefined;
      return async (exchange) => {
        const query = readQuery(exchange);
        sendJson(exchange, 200, bodyOf(await search(query, { signal: exchange.gone })));
      };
    },
    fail: (exchange, error) => sendError(exchange, error, { shape: 'text' }),
  };
}

function readQuery({ query }: Exchange): SearchQuery {
  const given = new URLSearchParams(query);
  const source = given.get('source') ?? 'all';
  const limit = Number(given.get('limit') ?? defaultLimit);
  const wanted = Object.hasOwn(sources, source) ? sources[source] : undefined;
  if (!wanted) throw invalid('source', 'all, dockerhub or huggingface');
  if (!Number.isInteger(limit) || limit < 1 || limit > mostResults) {
    throw invalid('limit', `a whole number from 1 to ${mostResults}`);
  }
  return { term: (given.get('term') ?? '').trim(), limit, sources: wanted };
}

function invalid(param: string, expected: string): AppError {
  return new AppError('request.invalid', `${param} must be ${expected}.`, { params: { param, expected } });
}

function bodyOf({ models, failures }: SearchOutcome): SearchBody {
  return {
    results: models.map((model) => ({
      Name: model.name,
      Description: model.description,
      Downloads: model.downloads,
      Stars: model.stars,
      Source: sourceNames[model.source],
      Official: model.official,
      UpdatedAt: model.updatedAt,
      License: model.license,
      Backend: model.backend,
      Size: model.sizeBytes === undefined ? 'n/a' : formatSize(model.sizeBytes),
    })),
    warnings: failures.map(({ source, error: { code, message, params } }) => ({
      source: sourceNames[source],
      code,
      message,
      params,
    })),
  };
}
