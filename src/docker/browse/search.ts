import { z } from 'zod';
import { AppError } from '#core';
import type { Cancel } from '../types.ts';
import { browse, count, word, type Asked } from './ask.ts';

/** An image of Docker Hub, or of what the Engine has in its place. */
export interface HubImage {
  /** As a pull takes it. */
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly isOfficial: boolean;
}

const longestDescription = 1000;

const found = z
  .looseObject({ name: word, description: word, star_count: count, is_official: z.boolean().nullish() })
  .transform((one): HubImage => ({
    name: one.name,
    description: one.description.slice(0, longestDescription),
    stars: one.star_count,
    isOfficial: one.is_official ?? false,
  }));

/** What a name of an image may be; whatever else a server calls its images cannot be pulled. */
const pullable = /^[a-z0-9][a-z0-9._:/-]{0,254}$/;

/** What the Engine finds at Docker Hub. @throws AppError `docker.*` */
export async function searchHub(
  docker: Asked,
  { term, limit, ...cancel }: Cancel & { readonly term: string; readonly limit: number },
): Promise<readonly HubImage[]> {
  try {
    const all = await browse(
      docker,
      { method: 'GET', path: '/images/search', query: { term, limit }, ...cancel },
      z.array(found),
    );
    return all.filter(({ name }) => pullable.test(name));
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'docker.failed') throw error;
    const detail = String(error.params['reason'] ?? error.message);
    throw new AppError('docker.failed', `The Docker Engine could not search Docker Hub: ${detail}.`, {
      hint: 'See to the network or proxy of the Engine: docker info. An image whose name is known can be pulled without a search.',
      params: { reason: 'hub_search', detail },
      cause: error,
    });
  }
}
