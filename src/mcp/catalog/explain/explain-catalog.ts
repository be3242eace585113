import type { CatalogServer, JsonObject } from '../../types.ts';
import type { Catalog } from '../types.ts';
import { explainServer, type Explained } from './explain-server.ts';
import { absentImages, isComplete, missingOf, type AbsentImage, type MachineFacts, type Missing } from './missing.ts';

/** A server of a listing: what it is, what would run, and, if not, why not. */
export interface ExplainedServer extends Explained {
  readonly name: string;
  readonly type: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  /** Before the names of its tools. */
  readonly prefix: string | undefined;
  readonly tools: number;
  readonly prompts: number | undefined;
  readonly resources: number | undefined;
  readonly metadata: JsonObject | undefined;
  /** Where what is on this machine is known. */
  readonly here:
    | { readonly canRun: boolean; readonly missing: Missing; readonly images: readonly AbsentImage[] }
    | undefined;
}

export function explainCatalog({ entries }: Catalog, facts?: MachineFacts): readonly ExplainedServer[] {
  return entries.map(({ server }) => explainEntry(server, facts));
}

export function explainEntry(server: CatalogServer, facts: MachineFacts | undefined): ExplainedServer {
  const { name, type, title, description, prefix, tools, metadata, extra } = server;
  const explained = explainServer(server, facts && { config: facts.configOf(name), binds: facts.binds });
  const missing = facts && missingOf(server, explained, facts);
  return {
    name,
    type,
    title,
    description,
    prefix,
    tools: tools.length,
    prompts: countOf(extra['prompts']),
    resources: countOf(extra['resources']),
    metadata,
    ...explained,
    here: missing && {
      canRun: explained.broken.length === 0 && isComplete(missing),
      missing,
      images: absentImages(explained, facts),
    },
  };
}

/** Catalogues have the number, or a list or mapping of them. */
function countOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'object' && value !== null ? Object.keys(value).length : undefined;
}
