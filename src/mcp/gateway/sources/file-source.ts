import { dirname } from 'node:path';
import { z } from 'zod';
import { AppError, type Clock, type Log } from '#core';
import type { CatalogServer, EnabledServer, JsonObject, ServerSource } from '../../types.ts';
import { readContent } from '../../catalog/reading/read-content.ts';
import { readText } from '../../state/read-text.ts';
import { watchFolder } from '../../state/watch-folder.ts';
import { parseYaml } from '../../state/yaml.ts';
import { isJsonObject } from '../../protocol/messages.ts';

export interface Described {
  readonly server: CatalogServer;
  /** For people. */
  readonly origin: string;
}

/** Catalogue and its place for people. */
export interface NamedCatalog {
  readonly where: string;
  readonly text: string;
}

export interface FileSourceOptions {
  /** Texts of catalogues that are no files; of servers of one name the last counts. */
  readonly loadCatalogs: (options: { readonly signal?: AbortSignal | undefined }) => Promise<readonly NamedCatalog[]>;
  /** Paths; files that are there. */
  readonly catalogs: readonly string[];
  readonly registries: readonly string[];
  readonly configs: readonly string[];
  readonly toolsConfigs: readonly string[];
  /** Servers that are described elsewhere and wanted whatever the registries say. */
  readonly loadServers: (options: { readonly signal?: AbortSignal | undefined }) => Promise<readonly Described[]>;
  /** Names of servers; undefined: those of the registries. */
  readonly servers: readonly string[] | undefined;
  readonly enableAll: boolean;
  readonly clock: Clock;
  readonly log: Log;
  /** A line about what is read, and about what is wrong with it. */
  readonly say: (line: string) => void;
}

const registrySchema = z.object({ registry: z.record(z.string(), z.unknown()).nullish() });
const anObject = z.custom<JsonObject>(isJsonObject);
const configSchema = z.record(z.string(), anObject.nullable());
const toolsSchema = z.record(z.string(), z.array(z.string()).nullable());

/** Servers named on the command line, from the files that Docker's gateway reads (contract mcp-toolkit §3.1). */
export function createFileSource(options: FileSourceOptions): ServerSource {
  const { clock, log, say } = options;

  async function catalogue(signal: AbortSignal | undefined): Promise<ReadonlyMap<string, Listed>> {
    say(`  - Reading catalog from [${options.catalogs.join(', ')}]`);
    const fromFiles = await Promise.all(
      options.catalogs.map(async (path) => ({ where: path, text: await readText(path) })),
    );
    const all = [...fromFiles, ...(await options.loadCatalogs({ signal }))];
    const servers = new Map<string, Listed>();
    for (const { where, text } of all) {
      if (text === undefined) throw noCatalog(where);
      const { entries, problems } = readContent(text, { where });
      for (const { server, reason } of problems) say(`  - ${server} of ${where} cannot be used: ${reason}`);
      for (const { server } of entries) {
        if (servers.has(server.name))
          say(`  - ${server.name} of ${where} replaces the one of ${servers.get(server.name)?.where}`);
        servers.set(server.name, { server, where });
      }
    }
    return servers;
  }

  async function merged<Value>(
    paths: readonly string[],
    { schema, what }: { schema: z.ZodType<Readonly<Record<string, Value>>>; what: string },
  ): Promise<ReadonlyMap<string, Value>> {
    if (paths.length > 0) say(`  - Reading ${what} from [${paths.join(', ')}]`);
    const all = new Map<string, Value>();
    for (const path of paths) {
      const text = await readText(path);
      if (text === undefined) continue;
      for (const [name, value] of Object.entries(parseYaml(text, { schema, path }))) all.set(name, value);
    }
    return all;
  }

  async function wanted(servers: ReadonlyMap<string, Listed>): Promise<readonly string[]> {
    if (options.enableAll) return [...servers.keys()];
    if (options.servers) return options.servers;
    if (options.registries.length > 0) say(`  - Reading registry from [${options.registries.join(', ')}]`);
    const names = new Set<string>();
    for (const path of options.registries) {
      const text = await readText(path);
      if (text === undefined) continue;
      for (const name of Object.keys(parseYaml(text, { schema: registrySchema, path }).registry ?? {})) names.add(name);
    }
    return [...names];
  }

  return {
    async load({ signal }) {
      const servers = await catalogue(signal);
      const described = await options.loadServers({ signal });
      const others = new Set(described.map(({ server }) => server.name));
      const names = (await wanted(servers)).filter((name) => !others.has(name));
      const configs = await merged(options.configs, { schema: configSchema, what: 'config' });
      const tools = await merged(options.toolsConfigs, { schema: toolsSchema, what: 'tools' });
      const missing = names.filter((name) => !servers.has(name));
      for (const name of missing) say(`  - MCP server not found: ${name}`);
      if (missing.length > 0 && missing.length === names.length) throw notFound(missing, options.catalogs);
      const chosen = (server: CatalogServer, origin: string): EnabledServer => ({
        entry: server,
        config: configs.get(server.name) ?? configs.get(server.name.replaceAll('.', '_')) ?? {},
        tools: tools.get(server.name) ?? undefined,
        origin,
      });
      const fromCatalogs = names.flatMap((name): readonly EnabledServer[] => {
        const found = servers.get(name);
        if (!found) return [];
        return [chosen(found.server, `catalog ${found.where}`)];
      });
      return [...fromCatalogs, ...described.map(({ server, origin }) => chosen(server, origin))];
    },
    watch(listener) {
      const paths = [...options.catalogs, ...options.registries, ...options.configs, ...options.toolsConfigs];
      const folders = new Set(paths.map((path) => dirname(path)));
      const names = new Set(paths.map((path) => path.slice(dirname(path).length + 1)));
      const stops = [...folders].map((folder) =>
        watchFolder(folder, listener, { clock, log, quietMs: 300, matters: (name) => names.has(name) }),
      );
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

interface Listed {
  readonly server: CatalogServer;
  readonly where: string;
}

function noCatalog(path: string): AppError {
  return new AppError('mcp.catalog_not_found', `There is no catalog at ${path}.`, {
    hint: 'Name a YAML file with --catalog, or use a profile: gantry mcp gateway run --profile ID',
    params: { name: path },
  });
}

function notFound(names: readonly string[], catalogs: readonly string[]): AppError {
  const list = names.join(', ');
  return new AppError(
    'mcp.server_not_found',
    `MCP server not found: ${list}. Read were: ${catalogs.join(', ') || 'no catalogs'}.`,
    {
      hint: 'See what there is with: gantry mcp catalog ls',
      params: { name: list, server: list },
    },
  );
}
