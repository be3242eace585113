import { AppError, closest } from '#core';
import type { Catalog, FoundServer } from '#mcp';
import type { CliContext } from '../../context.ts';
import { withProgress } from './catalog-progress.ts';

/**
 * What catalogues have for servers that somebody wants, by name or by URI (contract mcp-toolkit §1.1). A name that several catalogues
 * have is taken from the first of them, and that is said.
 */
export async function findServers(context: CliContext, wanted: readonly string[]): Promise<readonly FoundServer[]> {
  if (wanted.length === 0) return [];
  const { catalogs } = await context.toolkit();
  const uris = wanted.filter(isUri);
  const resolved = await withProgress(context, (options) =>
    Promise.all(uris.map((uri) => catalogs.resolve(uri, { ...options, folder: process.cwd() }))),
  );
  const byUri = resolved.flat().map(({ entry, origin }) => foundOf(entry, origin));
  const names = wanted.filter((one) => !isUri(one));
  return [...byUri, ...(names.length > 0 ? await findByName(context, names) : [])];
}

async function findByName(context: CliContext, names: readonly string[]): Promise<readonly FoundServer[]> {
  const { t } = context;
  const { catalogs } = await context.toolkit();
  const all = await Promise.all((await catalogs.list()).map(({ ref }) => catalogs.open(ref)));
  return names.map((name) => {
    const [first, ...others] = all.flatMap(({ ref, entries }) =>
      entries.filter(({ server }) => server.name === name).map((entry) => ({ entry, ref })),
    );
    if (!first)
      throw unknownServer(
        name,
        all.flatMap(({ entries }) => entries.map(({ server }) => server.name)),
      );
    if (others.length > 0) {
      context.notice(
        t('mcp.server.inSeveral', { name, ref: first.ref, others: others.map(({ ref }) => ref).join(', ') }),
      );
    }
    return foundOf(first.entry, `catalog ${first.ref}`);
  });
}

function foundOf({ server, wire, filed }: Catalog['entries'][number], origin: string): FoundServer {
  return { server, wire, filed, origin };
}

function isUri(text: string): boolean {
  return /^[a-z][a-z+.-]*:\/\//.test(text);
}

function unknownServer(server: string, known: readonly string[]): AppError {
  const near = closest(server, known);
  return new AppError('mcp.server_not_found', `No catalogue here has a server named ${server}.`, {
    hint: near === undefined ? 'Look for one: gantry mcp catalog search WORDS' : `Did you mean ${near}?`,
    params: { reason: 'in_no_catalog', server },
  });
}
