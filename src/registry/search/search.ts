import { readFile } from 'node:fs/promises';
import { toAppError, type Clock, type Env } from '#core';
import { assertOnline, parseEndpoint } from '../huggingface/hub-endpoint.ts';
import { huggingFaceToken } from '../huggingface/token.ts';
import type { HttpClient } from '../types.ts';
import { dockerHubEndpoint } from './docker-hub-endpoint.ts';
import { dockerHubSize, listDockerHub } from './docker-hub.ts';
import { createFetchJson, type FetchJson } from './fetch-json.ts';
import { huggingFaceSize, listHuggingFace, type HubSearch } from './hugging-face.ts';
import type { FoundModel, ModelSearch, SearchOutcome, SearchQuery, SearchSource } from './types.ts';

export interface ModelSearchOptions {
  readonly http: HttpClient;
  readonly env: Env;
  readonly clock: Clock;
  readonly userHome: string | undefined;
}

const lookUpsAtOnce = 4;

/** Searches Docker Hub (`GANTRY_HUB_ENDPOINT`) and Hugging Face (`HF_ENDPOINT`) side by side. */
export function createModelSearch({ http, env, clock, userHome }: ModelSearchOptions): ModelSearch {
  const fetchJson = createFetchJson({ http, clock });
  const readText = (path: string): Promise<string> => readFile(path, 'utf8');

  const hubSearch = async (signal: AbortSignal): Promise<HubSearch> => {
    const endpoint = parseEndpoint(env['HF_ENDPOINT']);
    assertOnline(env, endpoint.host);
    return { base: endpoint.base, token: await huggingFaceToken(env, { userHome, readText }), signal };
  };

  const list = async (source: SearchSource, { term, limit }: SearchQuery, signal: AbortSignal): Promise<FoundModel[]> =>
    source === 'dockerhub'
      ? await listDockerHub(fetchJson, { base: dockerHubEndpoint(env), term, signal })
      : await listHuggingFace(fetchJson, { term, limit }, await hubSearch(signal));

  return async (query, { signal }) => {
    const outcome = await askAll(query, (source) => list(source, query, signal), signal);
    const models = outcome.models
      .toSorted((a, b) => a.source.localeCompare(b.source, 'en') || b.downloads - a.downloads)
      .slice(0, query.limit);
    const sized = await inGroups(models, async (model) => await withSize(model, { fetchJson, env, hubSearch, signal }));
    return { models: sized, failures: outcome.failures };
  };
}

async function askAll(
  { sources }: SearchQuery,
  list: (source: SearchSource) => Promise<FoundModel[]>,
  signal: AbortSignal,
): Promise<SearchOutcome> {
  const answers = await Promise.allSettled(sources.map(list));
  signal.throwIfAborted();
  const models = answers.flatMap((answer) => (answer.status === 'fulfilled' ? answer.value : []));
  const failures = sources.flatMap((source, index) => {
    const answer = answers[index];
    return answer?.status === 'rejected' ? [{ source, error: toAppError(answer.reason) }] : [];
  });
  const [first] = failures;
  if (first && failures.length === sources.length) throw first.error;
  return { models, failures };
}

/** A size is a convenience: where it cannot be had the model is listed without. */
async function withSize(
  model: FoundModel,
  {
    fetchJson,
    env,
    hubSearch,
    signal,
  }: { fetchJson: FetchJson; env: Env; hubSearch: (signal: AbortSignal) => Promise<HubSearch>; signal: AbortSignal },
): Promise<FoundModel> {
  const { name } = model;
  try {
    const sizeBytes =
      model.source === 'dockerhub'
        ? await dockerHubSize(fetchJson, { base: dockerHubEndpoint(env), name, signal })
        : await huggingFaceSize(fetchJson, name, await hubSearch(signal));
    return { ...model, sizeBytes };
  } catch {
    signal.throwIfAborted();
    return model;
  }
}

async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: lookUpsAtOnce }, worker));
  return results;
}
