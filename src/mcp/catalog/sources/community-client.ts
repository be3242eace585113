import { AppError } from '#core';
import type { HttpClient } from '#registry';
import type { Json } from '../../types.ts';
import { listAnswer } from '../community/server-json.ts';
import { invalidCatalog } from '../reading/invalid-catalog.ts';
import { parseObject } from '../reading/parse-document.ts';

/** The registry of the community, as an API (contract mcp-toolkit §2.4). */
export interface CommunityClient {
  /** Descriptions of all servers in their latest version; page by page as they come. */
  list(host: string, options: ListOptions): AsyncIterable<readonly Json[]>;
  /** One description. `url` is `…/v0/servers/NAME[/versions/VERSION]`. */
  describe(url: string, options: { readonly signal: AbortSignal }): Promise<Json>;
}

export interface ListOptions {
  readonly signal: AbortSignal;
  readonly search?: string | undefined;
}

export interface CommunityDeps {
  readonly http: HttpClient;
}

const pageSize = 100;
const mostPages = 1000;
const largestPageBytes = 16 << 20;
const timeLimitMs = 20_000;

export function createCommunityClient({ http }: CommunityDeps): CommunityClient {
  async function get(url: string, signal: AbortSignal): Promise<string | undefined> {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(timeLimitMs)]);
    const response = await http.request(url, { signal: limited, headers: { accept: 'application/json' } });
    if (response.status === 404) {
      await response.discard();
      return undefined;
    }
    if (response.status !== 200) {
      await response.discard();
      const { host } = new URL(url);
      throw new AppError('source.invalid_response', `${host} answered with status ${response.status}.`, {
        hint: 'Try again later.',
        params: { reason: 'status', host, status: response.status },
      });
    }
    return new TextDecoder().decode(await response.bytes(largestPageBytes));
  }

  return {
    async *list(host, { signal, search }) {
      const base = baseUrl(host);
      let version: string | undefined;
      let cursor: string | undefined;
      const seen = new Set<string>();
      for (let page = 0; page < mostPages; page += 1) {
        const query = new URLSearchParams({ version: 'latest', limit: String(pageSize) });
        if (search !== undefined) query.set('search', search);
        if (cursor !== undefined) query.set('cursor', cursor);
        const answer: { version: string; text: string } =
          version === undefined
            ? await firstOf(base, query, (url) => get(url, signal))
            : { version, text: (await get(`${base}/${version}/servers?${query.toString()}`, signal)) ?? '' };
        version = answer.version;
        const parsed = listAnswer.safeParse(parseObject(answer.text, base));
        if (!parsed.success) throw invalidCatalog(base, 'its list of servers has an unknown form');
        yield parsed.data.servers;
        cursor = parsed.data.metadata?.nextCursor || undefined;
        if (cursor === undefined) return;
        // A registry that sends us in circles would never end.
        if (seen.has(cursor)) throw invalidCatalog(base, 'its pages go round in circles');
        seen.add(cursor);
      }
      throw invalidCatalog(base, `it has more than ${mostPages} pages`);
    },
    async describe(url, { signal }) {
      const where = url.slice(0, 300);
      const text = await get(versionUrl(url), signal);
      if (text === undefined) {
        throw new AppError('source.not_found', `${where} describes no server.`, {
          params: { reason: 'server', where },
        });
      }
      const answer = parseObject(text, where);
      const list = listAnswer.safeParse(answer);
      // `…/versions` lists them, the newest first.
      if (answer['servers'] === undefined || !list.success) return answer;
      const [first] = list.data.servers;
      if (first === undefined) throw invalidCatalog(where, 'it lists no version');
      return first;
    },
  };
}

/** The current version of the API, else the one before. */
async function firstOf(
  base: string,
  query: URLSearchParams,
  get: (url: string) => Promise<string | undefined>,
): Promise<{ version: string; text: string }> {
  for (const version of ['v0.1', 'v0']) {
    const text = await get(`${base}/${version}/servers?${query.toString()}`);
    if (text !== undefined) return { version, text };
  }
  throw new AppError('source.not_found', `${base} has no list of MCP servers.`, {
    params: { reason: 'registry', where: base },
  });
}

function baseUrl(host: string): string {
  const url = /^https?:\/\//.test(host) ? host : `https://${host}`;
  if (!URL.canParse(url)) {
    throw new AppError('reference.invalid', `"${host.slice(0, 100)}" is not the address of a registry.`, {
      params: { text: host.slice(0, 100), reason: 'registry_host' },
    });
  }
  return url.replace(/\/+$/, '');
}

/** A server without a version means its latest. */
function versionUrl(url: string): string {
  const given = new URL(url);
  const [, head, name] = /^(.*\/v0(?:\.\d+)?\/servers)\/([^/]+)\/?$/.exec(given.pathname) ?? [];
  if (head !== undefined && name !== undefined) given.pathname = `${head}/${name}/versions/latest`;
  return given.href;
}
