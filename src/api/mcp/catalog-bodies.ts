import type { McpCatalogEntry, McpCatalogServerBody } from '#contract';
import { explainServer, type CatalogServer, type Catalog, type JsonObject } from '#mcp';

type CatalogEntry = Catalog['entries'][number];

const longestText = 2000;
/** Of a README; more than that is read where it comes from. */
export const longestReadme = 200_000;

/** A server of a catalogue, in short. */
export function entryBody(ref: string, server: CatalogServer): McpCatalogEntry {
  const { runs, network, secrets, config, oauth, broken } = explainServer(server);
  const { metadata = {}, name, title, description, type, tools } = server;
  const facts = {
    title,
    description: description?.slice(0, longestText),
    isVerified: metadata['verified'] === true || metadata['official'] === true ? true : undefined,
    publisher: textIn(metadata, ['owner', 'publisher', 'author']),
    category: textIn(metadata, ['category']),
    license: textIn(metadata, ['license']),
  };
  return {
    name,
    ref,
    ...withoutUndefined(facts),
    type,
    tags: tagsOf(metadata),
    tools: tools.length,
    runs: runs.slice(0, longestText),
    network,
    needs: { secrets: [...secrets], config: [...config], oauth: [...oauth] },
    broken: [...broken],
  };
}

export function catalogServerBody(ref: string, { server, wire }: CatalogEntry): McpCatalogServerBody {
  const { image, remote, readme, longLived, tools, config, secrets, oauth, volumes, allowHosts } = server;
  const { readme: _readme, ...entry } = wire;
  return {
    ...entryBody(ref, server),
    ...withoutUndefined({ image, url: remote?.url, readme: readme?.slice(0, longestReadme) }),
    longLived,
    toolList: tools.map((tool) => ({
      name: tool.name,
      ...withoutUndefined({ description: tool.description?.slice(0, longestText), inputSchema: tool.inputSchema }),
    })),
    config: [...config],
    secrets: secrets.map(secretBody),
    oauth: [...(oauth?.providers ?? [])],
    volumes: [...volumes],
    command: [...server.command],
    allowHosts: [...allowHosts],
    entry,
  };
}

export function secretBody({ name, env, description, example, required }: CatalogServer['secrets'][number]): {
  name: string;
  env: string;
  required: boolean;
  description?: string;
  example?: string;
} {
  return { name, env, ...withoutUndefined({ description, example }), required };
}

export function withoutUndefined<T extends object>(value: T): { [Key in keyof T]?: NonNullable<T[Key]> } {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined && one !== null)) as {
    [Key in keyof T]?: NonNullable<T[Key]>;
  };
}

function textIn(metadata: JsonObject, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const value = metadata[key];
    if (typeof value === 'string' && value !== '') return value.slice(0, 200);
  }
  return undefined;
}

function tagsOf({ tags }: JsonObject): string[] {
  if (!Array.isArray(tags)) return [];
  return tags
    .filter((tag): tag is string => typeof tag === 'string')
    .slice(0, 50)
    .map((tag) => tag.slice(0, 100));
}
