import { basename } from 'node:path';
import { AppError, closest } from '#core';
import type { FoundServer } from '../profiles/types.ts';
import type { CatalogEntry } from './reading/content.ts';
import type { Catalogs } from './types.ts';

/** A server by its name, and the other catalogues that have one of that name. */
export interface FoundByName {
  readonly found: FoundServer;
  readonly ref: string;
  readonly others: readonly string[];
}

/** Takes each from the first catalogue that has it, or from the one named. @throws AppError `mcp.server_not_found` */
export async function findServersByName(
  catalogs: Pick<Catalogs, 'list' | 'open'>,
  names: readonly string[],
  { from }: { readonly from?: string | undefined } = {},
): Promise<readonly FoundByName[]> {
  const refs = from === undefined ? (await catalogs.list()).map(({ ref }) => ref) : [from];
  const all = await Promise.all(refs.map((ref) => catalogs.open(ref)));
  return names.map((name) => {
    const [first, ...others] = all.flatMap(({ ref, entries }) =>
      entries.filter(({ server }) => server.name === name).map((entry) => ({ entry, ref })),
    );
    if (!first) {
      const known = all.flatMap(({ entries }) => entries.map(({ server }) => server.name));
      throw unknownServer(name, known);
    }
    const found = foundServer(first.entry, `catalog ${first.ref}`);
    return { found, ref: first.ref, others: others.map(({ ref }) => ref) };
  });
}

/** What a profile keeps of an entry. */
export function foundServer({ server, wire, filed }: CatalogEntry, origin: string): FoundServer {
  return { server, wire, filed, origin };
}

/** Whether a text names a server by where it is: `docker://…`, `catalog://…`, `https://…`. */
export function isServerUri(text: string): boolean {
  return /^[a-z][a-z+.-]*:\/\//.test(text);
}

/** A name for a catalogue that comes from a file or address. */
export function catalogNameFor(place: string): string {
  const last = basename(place.replace(/[?#].*$/, '')).replace(/\.(?:ya?ml|json)$/i, '');
  const name = last
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'imported' : name;
}

function unknownServer(server: string, known: readonly string[]): AppError {
  const near = closest(server, known);
  return new AppError('mcp.server_not_found', `No catalogue here has a server named ${server}.`, {
    hint: near === undefined ? 'Look for one: gantry mcp catalog search WORDS' : `Did you mean ${near}?`,
    params: { reason: 'in_no_catalog', server },
  });
}
