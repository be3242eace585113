import type { Cancel } from '#docker';
import type { Catalog, Catalogs } from '../catalog/types.ts';
import type { CatalogEntry } from '../catalog/reading/content.ts';
import { createSearchIndex, type SearchIndex } from '../find/search-index.ts';
import type { JsonObject } from '../types.ts';
import type { KnownServer, ServerDirectory } from './types.ts';

export interface CatalogDirectory extends ServerDirectory, Disposable {
  /** The entry with how catalogues write it. */
  entry(name: string, options: Cancel): Promise<CatalogEntry | undefined>;
}

export interface DirectoryDeps {
  readonly catalogs: Catalogs;
  /** What is configured for a server. */
  readonly configOf: (server: string) => Promise<JsonObject>;
}

interface Known {
  readonly index: SearchIndex;
  readonly byName: ReadonlyMap<string, { readonly catalog: Catalog; readonly entry: CatalogEntry }>;
}

/** All servers of all catalogues, read and indexed when first asked for and again after they changed. Of two with a name the first catalogue's counts. */
export function createDirectory({ catalogs, configOf }: DirectoryDeps): CatalogDirectory {
  let known: Promise<Known> | undefined;
  const stop = catalogs.watch(() => {
    known = undefined;
  });
  const read = (): Promise<Known> => {
    const reading = (known ??= readAll(catalogs));
    // What could not be read is tried again by the next who asks.
    reading.catch(() => {
      if (known === reading) known = undefined;
    });
    return reading;
  };
  const describe = async (name: string): Promise<KnownServer | undefined> => {
    const found = (await read()).byName.get(name);
    if (!found) return undefined;
    return { entry: found.entry.server, origin: `catalog ${found.catalog.ref}`, config: await configOf(name) };
  };
  return {
    async search(query, { limit }) {
      const names = (await read()).index.search(query).map(({ name }) => name);
      const servers = await Promise.all(names.slice(0, limit).map(describe));
      return { total: names.length, servers: servers.filter((one) => one !== undefined) };
    },
    find: (name) => describe(name),
    entry: async (name) => (await read()).byName.get(name)?.entry,
    [Symbol.dispose]: stop,
  };
}

async function readAll(catalogs: Catalogs): Promise<Known> {
  const index = createSearchIndex();
  const byName = new Map<string, { catalog: Catalog; entry: CatalogEntry }>();
  for (const { ref } of await catalogs.list()) {
    const catalog = await catalogs.open(ref);
    for (const entry of catalog.entries) {
      const { name } = entry.server;
      if (byName.has(name)) continue;
      byName.set(name, { catalog, entry });
      index.put({ ...entry.server, key: name });
    }
  }
  return { index, byName };
}
