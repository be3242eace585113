import { AppError } from '#core';
import type { JsonObject } from '../types.ts';
import { isJsonObject, rpcCodes, textOf } from '../protocol/messages.ts';
import { listMethods, listNames, type ListName, type Manifest } from './manifest.ts';
import type { Asker, Upstream } from './upstream.ts';

export interface ReadManifestOptions {
  readonly asker: Asker;
  readonly quietMs: number;
  readonly signal?: AbortSignal | undefined;
}

const maxPages = 200;
const maxItems = 10_000;

/** Asks for everything that the server says it has, all pages of it. @throws AppError `mcp.server_failed`, `mcp.server_unavailable` */
export async function readManifest(upstream: Upstream, options: ReadManifestOptions): Promise<Manifest> {
  const { era, serverInfo, capabilities, instructions } = upstream;
  const lists = await Promise.all(listNames.map((name) => readList(upstream, name, options)));
  const [tools = [], prompts = [], resources = [], templates = []] = lists;
  return { era, serverInfo, capabilities, instructions, tools, prompts, resources, templates };
}

/** One of its lists. What has no name cannot be used and is left out. */
export async function readList(
  upstream: Upstream,
  name: ListName,
  { asker, quietMs, signal }: ReadManifestOptions,
): Promise<readonly JsonObject[]> {
  const { method, key, id, capability } = listMethods[name];
  if (!isJsonObject(upstream.capabilities[capability])) return [];
  const items: JsonObject[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 0; page < maxPages; page += 1) {
    const params = cursor === undefined ? {} : { cursor };
    const outcome = await upstream.request(method, params, { asker, quietMs, signal });
    if (outcome.kind === 'error') {
      // Servers that have resources need not have templates of them.
      if (outcome.error.code === rpcCodes.methodNotFound) return items;
      throw listFailed(upstream.server, { method, said: outcome.error.message });
    }
    const got = outcome.result[key];
    if (!Array.isArray(got)) throw listFailed(upstream.server, { method, said: `${key} is not a list` });
    for (const item of got as readonly unknown[]) {
      if (isJsonObject(item) && typeof item[id] === 'string') items.push(item);
    }
    if (items.length > maxItems) {
      throw listFailed(upstream.server, { method, said: `it lists more than ${maxItems} entries` });
    }
    cursor = textOf(outcome.result['nextCursor']);
    if (cursor === undefined) return items;
    if (seen.has(cursor)) throw listFailed(upstream.server, { method, said: 'its pages go round in a circle' });
    seen.add(cursor);
  }
  throw listFailed(upstream.server, { method, said: `it has more than ${maxPages} pages` });
}

function listFailed(server: string, { method, said }: { method: string; said: string }): AppError {
  return new AppError('mcp.server_failed', `MCP server ${server} did not answer ${method}: ${said.slice(0, 300)}.`, {
    params: { server, method, said: said.slice(0, 300) },
  });
}
