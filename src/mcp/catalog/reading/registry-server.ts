import type { Json, JsonObject } from '../../types.ts';
import type { CatalogEntry } from './content.ts';
import { fileServer } from './content.ts';
import { invalidCatalog } from './invalid-catalog.ts';
import { isObject, parseDocument, parseObject } from './parse-document.ts';
import { readServer } from './read-server.ts';

/** The files of one server in the layout of mcp-registry (contract mcp-toolkit §2.5). */
export interface RegistryServerFiles {
  readonly serverYaml: string;
  readonly toolsJson: string | undefined;
  /** Where `readme.md` is, for people. */
  readonly readme: string | undefined;
}

/**
 * The entry for `servers/NAME/server.yaml`. The parameters become its one schema; `run.env` joins `config.env`.
 * @throws AppError `mcp.catalog_invalid`
 */
export function readRegistryServer(
  { serverYaml, toolsJson, readme }: RegistryServerFiles,
  where: string,
): CatalogEntry {
  const raw = parseObject(serverYaml, where);
  const name = raw['name'];
  if (typeof name !== 'string') throw invalidCatalog(where, 'the server has no name');
  const { about, run, config, meta, source } = sections(raw);
  const parameters = config['parameters'];
  const env = [...listAt(config, 'env'), ...variablesOf(run['env'])].map(withoutExample);
  const tools = toolsJson === undefined ? (raw['tools'] ?? null) : parseDocument(toolsJson, `${where} (tools.json)`);
  const wire: JsonObject = {
    ...rest(raw, ['about', 'run', 'config', 'meta', 'source', 'tools', 'requirement', 'dynamic']),
    ...defined({
      type: raw['type'],
      title: about['title'],
      description: about['description'],
      icon: about['icon'],
      readme,
      secrets: config['secrets'],
      env: env.length === 0 ? undefined : env,
      command: run['command'],
      volumes: run['volumes'],
      user: run['user'],
      allowHosts: run['allowHosts'],
      disableNetwork: run['disableNetwork'],
      extraHosts: run['extraHosts'],
      tools: Array.isArray(tools) ? tools : undefined,
      config: isObject(parameters) ? [schemaOf(name, { parameters, config })] : undefined,
      metadata: defined({
        category: meta['category'],
        tags: meta['tags'],
        owner: ownerOf(source['project']),
      }),
    }),
    ...defined({ dynamic: raw['dynamic'], source: source['project'], requirement: raw['requirement'] }),
  };
  const server = readServer(wire, { where, name });
  return { server, wire, filed: fileServer(server) };
}

interface Sections {
  readonly about: JsonObject;
  readonly run: JsonObject;
  readonly config: JsonObject;
  readonly meta: JsonObject;
  readonly source: JsonObject;
}

function sections(raw: JsonObject): Sections {
  const at = (key: string): JsonObject => (isObject(raw[key]) ? raw[key] : {});
  return { about: at('about'), run: at('run'), config: at('config'), meta: at('meta'), source: at('source') };
}

function schemaOf(name: string, { parameters, config }: { parameters: JsonObject; config: JsonObject }): JsonObject {
  return {
    name,
    ...defined({ description: config['description'] }),
    type: 'object',
    ...parameters,
    ...defined({ anyOf: parameters['anyOf'] ?? config['anyOf'] }),
  };
}

function variablesOf(env: Json | undefined): Json[] {
  return isObject(env) ? Object.entries(env).map(([name, value]) => ({ name, value })) : [];
}

function withoutExample(variable: Json): Json {
  return isObject(variable) ? rest(variable, ['example']) : variable;
}

function ownerOf(project: Json | undefined): string | undefined {
  return typeof project === 'string' ? /^https:\/\/github\.com\/([\w.-]+)/.exec(project)?.[1] : undefined;
}

function listAt(from: JsonObject, key: string): readonly Json[] {
  const value = from[key];
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function rest(from: JsonObject, without: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(from).filter(([key]) => !without.includes(key)));
}

function defined(values: Readonly<Record<string, Json | undefined>>): JsonObject {
  const present = Object.entries(values).filter(([, value]) => value !== undefined && value !== null);
  return Object.fromEntries(present) as JsonObject;
}
