import { createSearchIndex } from '../find/search-index.ts';
import type { CatalogEntry } from './reading/content.ts';
import type { Catalog } from './types.ts';

export interface FoundEntry {
  readonly catalog: Catalog;
  readonly entry: CatalogEntry;
}

/** The servers of several catalogues that words describe, best first. */
export function searchServers(catalogs: readonly Catalog[], query: string): readonly FoundEntry[] {
  const index = createSearchIndex();
  const byKey = new Map<string, FoundEntry>();
  for (const catalog of catalogs) {
    for (const entry of catalog.entries) {
      const key = `${entry.server.name}\0${catalog.ref}`;
      byKey.set(key, { catalog, entry });
      index.put({ ...entry.server, key });
    }
  }
  return index.search(query).flatMap(({ name }) => byKey.get(name) ?? []);
}
