import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Json } from '../types.ts';
import type { CatalogContent, CatalogEntry } from './reading/content.ts';
import { describedEntries } from './reading/read-content.ts';
import type { CommunityClient } from './sources/community-client.ts';
import { readCatalogFile } from './sources/read-file.ts';
import type { CatalogOptions, CatalogOrigin } from './types.ts';

export interface CollectDeps {
  readonly community: CommunityClient;
  readonly resolveUri: (uri: string, options: CatalogOptions) => Promise<readonly CatalogEntry[]>;
  /** The file of an older toolkit's catalogue. */
  readonly legacyPath?: ((name: string) => Promise<string | undefined>) | undefined;
  /** The text at an address. */
  readonly fetchText?: ((url: string, options: { signal: AbortSignal }) => Promise<string>) | undefined;
}

export interface Collected {
  readonly content: Pick<CatalogContent, 'entries' | 'problems'>;
  readonly source: string;
  readonly title: string | undefined;
}

/** Gets the servers for a new catalogue from where the user says. */
export async function contentFrom(
  deps: CollectDeps,
  origin: CatalogOrigin,
  options: CatalogOptions,
): Promise<Collected> {
  switch (origin.kind) {
    case 'servers': {
      const entries = (await Promise.all(origin.uris.map((uri) => deps.resolveUri(uri, options)))).flat();
      const unique = new Map(entries.map((entry) => [entry.server.name, entry]));
      return { content: { entries: [...unique.values()], problems: [] }, source: 'user:cli', title: undefined };
    }
    case 'content':
      return { content: origin.content, source: origin.source, title: origin.title };
    case 'legacy':
      return await fromPlace(deps, origin.place, options);
    case 'community':
      return await fromCommunity(deps, origin, options);
  }
}

async function fromPlace(deps: CollectDeps, place: string, { signal }: CatalogOptions): Promise<Collected> {
  if (/^https?:\/\//.test(place) && deps.fetchText) {
    const { readContent } = await import('./reading/read-content.ts');
    const content = readContent(await deps.fetchText(place, { signal }), { where: place });
    return legacy(content, content.name ?? place);
  }
  const named = await deps.legacyPath?.(place);
  const path = named !== undefined && !(await exists(place)) ? named : resolve(place);
  const content = await readCatalogFile(path);
  return legacy(content, content.name ?? place);
}

function legacy(content: CatalogContent, name: string): Collected {
  const entries = content.entries.toSorted((a, b) => (a.server.name < b.server.name ? -1 : 1));
  return {
    content: { ...content, entries },
    source: `legacy-catalog:${name}`,
    title: content.title ?? content.name ?? 'Legacy Catalog',
  };
}

async function fromCommunity(
  { community }: CollectDeps,
  { host, packages }: Extract<CatalogOrigin, { kind: 'community' }>,
  { signal, onEvent }: CatalogOptions,
): Promise<Collected> {
  const servers: Json[] = [];
  for await (const page of community.list(host, { signal })) {
    servers.push(...page);
    onEvent?.({ type: 'fetched', count: servers.length });
  }
  const base = /^https?:\/\//.test(host) ? host.replace(/\/+$/, '') : `https://${host}`;
  const content = describedEntries(servers, {
    where: host,
    packages,
    sourceOf: (name, version) =>
      `${base}/v0/servers/${encodeURIComponent(name)}/versions/${encodeURIComponent(version ?? 'latest')}`,
  });
  return { content, source: `registry:${host.replace(/^https?:\/\//, '')}`, title: 'MCP Community Registry' };
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  );
}
