import { z } from 'zod';
import { isDigest, type Clock, type Digest, type Env } from '#core';
import { invalidResponse } from '../http/failures.ts';
import type { HttpClient } from '../types.ts';
import { dockerHubEndpoint } from './docker-hub-endpoint.ts';
import { createFetchJson } from './fetch-json.ts';

export interface DockerHubTag {
  readonly name: string;
  readonly sizeBytes: number | undefined;
  readonly digest: Digest | undefined;
}

/** What Docker Hub says of a repository. None of it counts as a pull. */
export interface DockerHub {
  tags(
    repository: string,
    options: { readonly signal: AbortSignal },
  ): Promise<{ readonly tags: readonly DockerHubTag[]; readonly isCut: boolean }>;
  /** Markdown of its owner. */
  description(repository: string, options: { readonly signal: AbortSignal }): Promise<string>;
}

const tagPage = z.object({
  next: z.string().nullish(),
  results: z.array(
    z.object({
      name: z.string().regex(/^\w[\w.-]{0,127}$/),
      full_size: z.number().nullish(),
      digest: z.string().nullish(),
    }),
  ),
});
const repositoryBody = z.object({ full_description: z.string().nullish(), description: z.string().nullish() });
const mostPages = 3;

/** @throws AppError `source.*`, `settings.invalid` from each method */
export function createDockerHub(options: {
  readonly http: HttpClient;
  readonly env: Env;
  readonly clock: Clock;
}): DockerHub {
  const fetchJson = createFetchJson(options);
  const about = (repository: string): { base: string; url: string } => {
    const base = dockerHubEndpoint(options.env);
    return { base, url: `${base}/v2/repositories/${repository.split('/').map(encodeURIComponent).join('/')}/` };
  };
  return {
    async tags(repository, { signal }) {
      const { base, url } = about(repository);
      const tags: DockerHubTag[] = [];
      for (let number = 1; number <= mostPages; number += 1) {
        const answer = tagPage.safeParse(await fetchJson(`${url}tags?page_size=100&page=${number}`, { signal }));
        if (!answer.success) throw invalidResponse(new URL(base).host, 'its list of tags is not one');
        for (const { name, full_size: sizeBytes, digest } of answer.data.results) {
          tags.push({
            name,
            sizeBytes: sizeBytes || undefined,
            digest: digest && isDigest(digest) ? digest : undefined,
          });
        }
        if (!answer.data.next) return { tags, isCut: false };
      }
      return { tags, isCut: true };
    },
    async description(repository, { signal }) {
      const { base, url } = about(repository);
      const answer = repositoryBody.safeParse(await fetchJson(url, { signal }));
      if (!answer.success) throw invalidResponse(new URL(base).host, 'what it says of the repository is nothing known');
      return answer.data.full_description || answer.data.description || '';
    },
  };
}
