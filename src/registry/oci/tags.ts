import { z } from 'zod';
import { parseJson } from '../http/body.ts';
import { invalidResponse } from '../http/failures.ts';
import { statusError } from '../http/status-error.ts';
import { nextPage } from '../huggingface/listing.ts';
import type { RegistryReference, RequestOptions, TagList } from '../types.ts';
import type { MirrorRoute } from './mirror-route.ts';
import type { SendToRegistry } from './session.ts';

const pageSize = 200;
const mostTags = 1000;
const maxPageBytes = 4 << 20;

const page = z.object({ tags: z.array(z.string().regex(/^\w[\w.-]{0,127}$/)).nullish() });

/** The tags of a repository (OCI distribution spec 1.1, "Listing Tags"), as many as anybody looks through. */
export function listTags(
  { send, route }: { readonly send: SendToRegistry; readonly route: MirrorRoute },
  reference: RegistryReference,
  request: RequestOptions,
): Promise<TagList> {
  const { registry, repository } = reference;
  return route.read(registry, request.signal, async (endpoint) => {
    const call = { ...request, endpoint, repository, actions: 'pull' as const };
    const tags: string[] = [];
    let query = `?n=${pageSize}`;
    for (let pages = 0; tags.length < mostTags && pages < mostTags / pageSize + 1; pages += 1) {
      const response = await send(call, { path: `tags/list${query}`, headers: { accept: 'application/json' } });
      if (response.status !== 200) {
        await response.discard();
        throw statusError(response, { label: `${registry}/${repository}` });
      }
      const parsed = page.safeParse(parseJson(await response.bytes(maxPageBytes), registry));
      if (!parsed.success) throw invalidResponse(registry, 'its list of tags is not one');
      tags.push(...(parsed.data.tags ?? []));
      // Only the query counts: no page may lead us to another place.
      const next = nextPage(response.headers['link'], `${endpoint.baseUrl}/v2/${repository}/tags/list`);
      if (next === undefined || next.search === query) return { tags, isCut: false };
      query = next.search;
    }
    return { tags: tags.slice(0, mostTags), isCut: true };
  });
}
