import type { CatalogServer, JsonObject } from '../../types.ts';

/** One server of a catalogue: how it was written, and what we understand of it. */
export interface CatalogEntry {
  readonly server: CatalogServer;
  /** As catalogues write it, unknown keys included; what is exported and pushed. */
  readonly wire: JsonObject;
  /** How the entry is filed in an OCI catalogue (contract mcp-toolkit §2.3). */
  readonly filed: Filed;
}

export interface Filed {
  readonly type: 'registry' | 'image' | 'remote';
  /** Names of the only tools that may be used; undefined for all. */
  readonly tools: readonly string[] | undefined;
  /** Where a `registry` server was described. */
  readonly source: string | undefined;
  readonly image: string | undefined;
  readonly endpoint: string | undefined;
}

/** An entry that cannot be used, and why. The others can. */
export interface CatalogProblem {
  readonly server: string;
  readonly reason: string;
}

export interface CatalogContent {
  readonly name: string | undefined;
  readonly title: string | undefined;
  readonly entries: readonly CatalogEntry[];
  readonly problems: readonly CatalogProblem[];
}

/** How a server that comes from elsewhere is filed. */
export function fileServer({ type, image, remote, tools }: CatalogServer): Filed {
  const nothing = { tools: undefined, source: undefined, image: undefined, endpoint: undefined };
  if (type === 'remote') return { ...nothing, type: 'remote', endpoint: remote?.url };
  return { ...nothing, type: 'image', image: image ?? tools.find(({ container }) => container)?.container?.image };
}
