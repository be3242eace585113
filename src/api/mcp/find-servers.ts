import { foundServer, findServersByName, isServerUri, type Catalogs, type FoundServer } from '#mcp';

export interface FindOptions {
  /** The catalogue for names; the first that has them when absent. */
  readonly catalog: string | undefined;
  readonly signal: AbortSignal;
}

/** What catalogues have under these names, and what URIs name. Relative paths mean nothing here. */
export async function findServers(
  catalogs: Catalogs,
  wanted: readonly string[],
  { catalog, signal }: FindOptions,
): Promise<readonly FoundServer[]> {
  const uris = wanted.filter((one) => isServerUri(one));
  const names = wanted.filter((one) => !isServerUri(one));
  const resolved = await Promise.all(uris.map((uri) => catalogs.resolve(uri, { signal, folder: '/' })));
  const byName = names.length === 0 ? [] : await findServersByName(catalogs, names, { from: catalog });
  return [
    ...resolved.flat().map(({ entry, origin }) => foundServer(entry, origin)),
    ...byName.map(({ found }) => found),
  ];
}
