import type { FoundServer } from '#mcp';
import type { CliContext } from '../../context.ts';
import { withProgress } from './catalog-progress.ts';

/**
 * What catalogues have for servers that somebody wants, by name or by URI (contract mcp-toolkit §1.1). A name that several catalogues
 * have is taken from the first of them, and that is said.
 */
export async function findServers(context: CliContext, wanted: readonly string[]): Promise<readonly FoundServer[]> {
  if (wanted.length === 0) return [];
  const { foundServer, isServerUri } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const uris = wanted.filter((one) => isServerUri(one));
  const resolved = await withProgress(context, (options) =>
    Promise.all(uris.map((uri) => catalogs.resolve(uri, { ...options, folder: process.cwd() }))),
  );
  const byUri = resolved.flat().map(({ entry, origin }) => foundServer(entry, origin));
  const names = wanted.filter((one) => !isServerUri(one));
  return [...byUri, ...(names.length > 0 ? await findByName(context, names) : [])];
}

async function findByName(context: CliContext, names: readonly string[]): Promise<readonly FoundServer[]> {
  const { t } = context;
  const { findServersByName } = await import('#mcp');
  const { catalogs } = await context.toolkit();
  const all = await findServersByName(catalogs, names);
  for (const { found, ref, others } of all) {
    if (others.length === 0) continue;
    context.notice(t('mcp.server.inSeveral', { name: found.server.name, ref, others: others.join(', ') }));
  }
  return all.map(({ found }) => found);
}
