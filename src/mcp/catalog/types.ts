import type { CatalogContent, CatalogEntry, CatalogProblem } from './reading/content.ts';
import type { CatalogSummary } from './store/store.ts';

/** A catalogue with what is in it. */
export interface Catalog extends Omit<CatalogSummary, 'updatedAt' | 'pulledAt'> {
  readonly updatedAt: string | undefined;
  readonly pulledAt: string | undefined;
  /** Comes with Gantry and cannot be changed. */
  readonly builtIn: boolean;
  readonly entries: readonly CatalogEntry[];
  readonly problems: readonly CatalogProblem[];
}

export type CatalogListing = Omit<Catalog, 'entries' | 'problems'>;

/** A server that a URI named, with where it comes from. */
export interface ResolvedServer {
  readonly entry: CatalogEntry;
  /** For people: `catalog starter:latest`. */
  readonly origin: string;
  /** The catalogue that it was taken from. */
  readonly catalogRef: string | undefined;
}

/** Where the servers of a new catalogue come from. */
export type CatalogOrigin =
  | { readonly kind: 'servers'; readonly uris: readonly string[] }
  /** A file, a folder in the layout of mcp-registry, an address, or the name of an older toolkit's catalogue. */
  | { readonly kind: 'legacy'; readonly place: string }
  | { readonly kind: 'community'; readonly host: string; readonly packages: boolean }
  /** Of something else that has servers, a profile. */
  | { readonly kind: 'content'; readonly source: string; readonly title: string; readonly content: CatalogContent };

export interface CreateCatalog {
  readonly ref: string;
  readonly origin: CatalogOrigin;
  readonly title: string | undefined;
  /** Names of servers to leave out. */
  readonly exclude: readonly string[];
}

export type CatalogEvent =
  | { readonly type: 'pulling'; readonly ref: string }
  | { readonly type: 'fetched'; readonly count: number };

export interface CatalogOptions {
  readonly signal: AbortSignal;
  readonly onEvent?: ((event: CatalogEvent) => void) | undefined;
}

export interface CatalogChange {
  readonly catalog: Catalog;
  /** Names of the servers that were added or removed. */
  readonly changed: readonly string[];
  /** Of these, the ones that took another's place. */
  readonly replaced: readonly string[];
}

/** Catalogues of MCP servers on this machine. Reading needs no lock, changes are made by one process at a time. */
export interface Catalogs {
  list(): Promise<readonly CatalogListing[]>;
  /** By reference; built-in ones and those of older toolkits by name too. @throws AppError `mcp.catalog_not_found` */
  open(name: string): Promise<Catalog>;
  create(wanted: CreateCatalog, options: CatalogOptions): Promise<Catalog>;
  /** What `create` would make; nothing is kept. */
  preview(wanted: CreateCatalog, options: CatalogOptions): Promise<Catalog>;
  /** `only` takes just these of the servers that the URIs name. */
  addServers(
    ref: string,
    uris: readonly string[],
    options: CatalogOptions & { readonly only?: readonly string[] },
  ): Promise<CatalogChange>;
  /** @throws AppError `mcp.server_not_found` when one is not in it; nothing is changed then */
  removeServers(ref: string, names: readonly string[]): Promise<CatalogChange>;
  remove(ref: string): Promise<void>;
  /** A copy under another name, which can then be changed. */
  copy(from: string, to: string): Promise<Catalog>;
  /** Resolves with the reference and the digest of what was pushed: `me/mine:latest@sha256:…`. */
  push(ref: string, options: CatalogOptions): Promise<string>;
  pull(ref: string, options: CatalogOptions): Promise<Catalog>;
  /** As `open`, but fetched first where the rules say so (`missing`, `always@6h`, `1d`). */
  openFresh(name: string, rules: string, options: CatalogOptions): Promise<Catalog>;
  /** The servers that a URI names (contract mcp-toolkit §1.1). Relative paths are below `folder`. */
  resolve(uri: string, options: CatalogOptions & { readonly folder: string }): Promise<readonly ResolvedServer[]>;
  /** Calls the listener when catalogues may have changed; the result ends that. */
  watch(listener: () => void): () => void;
}
