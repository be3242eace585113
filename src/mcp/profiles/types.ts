import type { CatalogServer, JsonObject } from '../types.ts';

/** A named set of servers with what was chosen for each. */
export interface Profile {
  /** Also the name of its file. */
  readonly id: string;
  readonly name: string;
  readonly servers: readonly ProfileServer[];
  /** Keys of the file that we do not know, kept. */
  readonly extra: JsonObject;
}

export interface ProfileServer {
  readonly name: string;
  readonly type: 'image' | 'remote' | 'registry';
  readonly image: string | undefined;
  readonly endpoint: string | undefined;
  readonly source: string | undefined;
  /** Where its entry was taken from, for people. */
  readonly origin: string | undefined;
  readonly config: JsonObject;
  /** The only tools that may be used; undefined for all. */
  readonly tools: readonly string[] | undefined;
  readonly disabledTools: readonly string[];
  /** The entry as catalogues write it; undefined in files of others that name only an image or address. */
  readonly server: JsonObject | undefined;
  readonly extra: JsonObject;
}

/** What a catalogue has for a server that somebody wants. */
export interface FoundServer {
  readonly server: Pick<CatalogServer, 'name'>;
  /** As catalogues write it. */
  readonly wire: JsonObject;
  readonly filed: {
    readonly type: ProfileServer['type'];
    readonly tools: readonly string[] | undefined;
    readonly source: string | undefined;
    readonly image: string | undefined;
    readonly endpoint: string | undefined;
  };
  /** For people: `catalog mcp/docker-mcp-catalog:latest`. */
  readonly origin: string;
}

/** Understands one entry of a catalogue. @throws AppError `mcp.catalog_invalid` */
export type ReadServer = (
  raw: JsonObject,
  options: { readonly where: string; readonly name?: string },
) => CatalogServer;
