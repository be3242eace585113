import { z } from 'zod';
import { invalidResponse } from '../http/failures.ts';
import type { FetchJson } from './fetch-json.ts';
import type { FoundModel } from './types.ts';

const page = z.object({
  next: z.string().nullish(),
  results: z.array(
    z.object({
      name: z.string(),
      namespace: z.string().optional(),
      description: z.string().nullish(),
      pull_count: z.number().nullish(),
      star_count: z.number().nullish(),
      last_updated: z.string().nullish(),
    }),
  ),
});

const tags = z.object({ results: z.array(z.object({ name: z.string(), full_size: z.number().nullish() })) });

const pageSize = 100;
const mostPages = 5;

/**
 * Docker's own models. Hub cannot search within a namespace, so all of it is read and filtered here. Sizes come from the
 * list of tags, which unlike manifests does not count as a pull.
 */
export async function listDockerHub(
  fetchJson: FetchJson,
  { base, term, signal }: { base: string; term: string; signal: AbortSignal },
): Promise<FoundModel[]> {
  const words = term.toLowerCase().split(/\s+/).filter(Boolean);
  const found: FoundModel[] = [];
  for (let number = 1; number <= mostPages; number += 1) {
    const url = `${base}/v2/repositories/ai/?page_size=${pageSize}&page=${number}&ordering=pull_count`;
    const answer = page.safeParse(await fetchJson(url, { signal }));
    if (!answer.success) throw invalidResponse(new URL(base).host, 'its list of repositories is not one');
    for (const one of answer.data.results) {
      const text = `${one.name} ${one.description ?? ''}`.toLowerCase();
      if (!words.every((word) => text.includes(word))) continue;
      found.push({
        name: `${one.namespace ?? 'ai'}/${one.name}`,
        description: one.description ?? '',
        downloads: one.pull_count ?? 0,
        stars: one.star_count ?? 0,
        source: 'dockerhub',
        official: true,
        updatedAt: one.last_updated ?? '',
        license: '',
        backend: one.name.endsWith('-vllm') ? 'vllm' : 'llama.cpp',
        sizeBytes: undefined,
      });
    }
    if (!answer.data.next) break;
  }
  return found;
}

/** Bytes of the tag `latest`, or of the first there is. */
export async function dockerHubSize(
  fetchJson: FetchJson,
  { base, name, signal }: { base: string; name: string; signal: AbortSignal },
): Promise<number | undefined> {
  const path = name.split('/').map(encodeURIComponent).join('/');
  const answer = tags.safeParse(await fetchJson(`${base}/v2/repositories/${path}/tags?page_size=100`, { signal }));
  if (!answer.success) return undefined;
  const { results } = answer.data;
  const tag = results.find((one) => one.name === 'latest') ?? results[0];
  return tag?.full_size || undefined;
}
