import { z } from 'zod';
import { AppError } from '#core';
import type { Json, JsonObject } from '../../types.ts';
import { listAnswer, looksLikeServerJson, parseServerJson } from '../community/server-json.ts';
import { transformServer } from '../community/transform.ts';
import { fileServer, type CatalogContent, type CatalogEntry, type CatalogProblem, type Filed } from './content.ts';
import { invalidCatalog } from './invalid-catalog.ts';
import { isObject, parseObject } from './parse-document.ts';
import { issueText, readServer } from './read-server.ts';
import { text } from './wire.ts';

const mostServers = 50_000;

interface Reading {
  /** Names the text in errors. */
  readonly where: string;
}

/**
 * Reads whatever describes servers (contract mcp-toolkit §2): a catalogue in YAML, one of a registry, a profile, one entry, the
 * community's `server.json` or a list of them. What is wrong with one server does not keep the others back.
 * @throws AppError `mcp.catalog_invalid` when the text is none of these
 */
export function readContent(document: string, { where }: Reading): CatalogContent {
  return contentOf(parseObject(document, where), { where });
}

export function contentOf(raw: JsonObject, { where }: Reading): CatalogContent {
  const { registry, servers } = raw;
  const naming = { name: textAt(raw, 'name'), title: textAt(raw, 'displayName') ?? textAt(raw, 'title') };
  if (isObject(registry)) return { ...naming, ...legacyEntries(registry, where) };
  if (Array.isArray(registry)) return { ...naming, ...describedEntries(registry as readonly Json[], { where }) };
  if (looksLikeServerJson(raw)) return { ...naming, ...describedEntries([raw], { where }) };
  if (Array.isArray(servers)) {
    const list = servers as readonly Json[];
    const isDescribed = list.some((one) => isObject(one) && one['snapshot'] === undefined && looksLikeServerJson(one));
    const described = isDescribed && listAnswer.safeParse(raw).success;
    const title = naming.title ?? naming.name;
    return { ...naming, title, ...(described ? describedEntries(list, { where }) : filedEntries(list, where)) };
  }
  if (['image', 'remote', 'sseEndpoint', 'tools'].some((key) => raw[key] !== undefined)) {
    return { name: undefined, title: undefined, ...entriesOf([[undefined, raw]], where) };
  }
  if (registry === null || servers === null) return { ...naming, entries: [], problems: [] };
  throw invalidCatalog(where, 'it has neither a registry nor servers, and describes no server either');
}

function legacyEntries(registry: JsonObject, where: string): Pick<CatalogContent, 'entries' | 'problems'> {
  return entriesOf(Object.entries(registry), where);
}

function entriesOf(
  named: readonly (readonly [string | undefined, Json])[],
  where: string,
): Pick<CatalogContent, 'entries' | 'problems'> {
  return collect(named, where, ([name, raw]) => {
    if (!isObject(raw)) throw invalidCatalog(where, `the server ${JSON.stringify(name ?? '')} is not a mapping`);
    const server = readServer(raw, { where, ...(name === undefined ? {} : { name }) });
    return { server, wire: { ...raw, name: server.name }, filed: fileServer(server) };
  });
}

const filedShape = z.looseObject({
  type: z.string().nullish(),
  tools: z.array(z.string()).max(5000).nullish(),
  source: text.nullish(),
  image: text.nullish(),
  endpoint: text.nullish(),
  snapshot: z.looseObject({ server: z.custom<JsonObject>((value) => isObject(value as Json)) }).nullish(),
});

/** As OCI catalogues and profiles file them. */
function filedEntries(list: readonly Json[], where: string): Pick<CatalogContent, 'entries' | 'problems'> {
  return collect(list, where, (raw) => readFiled(raw, where));
}

/** A server with its place: `{type, image, snapshot: {server}}`. @throws AppError `mcp.catalog_invalid` */
export function readFiled(raw: Json, where: string): CatalogEntry {
  const parsed = filedShape.safeParse(raw);
  if (!parsed.success) throw invalidCatalog(where, `a server ${issueText(parsed.error)}`);
  const { type, tools, source, image, endpoint, snapshot } = parsed.data;
  if (!snapshot) {
    const called = image ?? endpoint ?? source ?? 'a server';
    throw invalidCatalog(where, `${called} comes without a description of the server`);
  }
  const given = snapshot.server;
  const remote = isObject(given['remote']) ? given['remote'] : {};
  const wire: JsonObject = {
    ...given,
    ...(image && !given['image'] ? { image } : {}),
    ...(endpoint && !remote['url'] && !given['sseEndpoint'] ? { remote: { ...remote, url: endpoint } } : {}),
  };
  const server = readServer(wire, { where });
  const guessed = fileServer(server);
  const filed: Filed = {
    type: type === 'registry' || type === 'image' || type === 'remote' ? type : guessed.type,
    tools: tools ?? undefined,
    source: source ?? undefined,
    image: image ?? (type === 'registry' ? undefined : guessed.image),
    endpoint: endpoint ?? (type === 'registry' ? undefined : guessed.endpoint),
  };
  return { server, wire: { ...wire, name: server.name }, filed };
}

export interface DescribedOptions {
  readonly where: string;
  /** Default: packages of npm and PyPI too. */
  readonly packages?: boolean | undefined;
  /** Of each description. */
  readonly sourceOf?: ((name: string, version: string | undefined) => string) | undefined;
}

/** Servers of the community's registry as entries. */
export function describedEntries(
  list: readonly Json[],
  { where, packages = true, sourceOf }: DescribedOptions,
): Pick<CatalogContent, 'entries' | 'problems'> {
  return collect(list, where, (raw) => {
    const parsed = parseServerJson(raw);
    if (!parsed.success) throw invalidCatalog(where, `${nameIn(raw)} ${issueText(parsed.error)}`);
    const { server: described, isLatest, isDeleted } = parsed.data;
    // Lists have every version; a description that stands alone is the one that was asked for.
    if (list.length > 1 && (!isLatest || isDeleted)) return undefined;
    const source = sourceOf?.(described.name, described.version);
    const made = transformServer(described, { packages, registryUrl: source });
    if (made.kind === 'unusable') throw invalidCatalog(where, `${described.name} cannot be used: ${made.reason}`);
    const server = readServer(made.wire, { where });
    const filed = fileServer(server);
    return { server, wire: made.wire, filed: source === undefined ? filed : { ...filed, type: 'registry', source } };
  });
}

function collect<Item>(
  items: readonly Item[],
  where: string,
  read: (item: Item) => CatalogEntry | undefined,
): Pick<CatalogContent, 'entries' | 'problems'> {
  if (items.length > mostServers) throw invalidCatalog(where, `it has more than ${mostServers} servers`);
  const entries = new Map<string, CatalogEntry>();
  const problems: CatalogProblem[] = [];
  for (const item of items) {
    const label = Array.isArray(item) ? String(item[0] ?? '') : nameIn(item as Json);
    try {
      const entry = read(item);
      if (entry === undefined) continue;
      const { name } = entry.server;
      if (entries.has(name)) problems.push({ server: name, reason: 'another server of this name comes before it' });
      else entries.set(name, entry);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'mcp.catalog_invalid') throw error;
      problems.push({ server: label, reason: String(error.params['detail'] ?? error.message) });
    }
  }
  return { entries: [...entries.values()], problems };
}

function nameIn(raw: Json): string {
  if (!isObject(raw)) return '';
  for (const inner of [raw['server'], raw['snapshot'], raw].flatMap((one) => (isObject(one) ? [one] : []))) {
    const place = isObject(inner['server']) ? inner['server'] : inner;
    if (typeof place['name'] === 'string') return place['name'].slice(0, 200);
  }
  return '';
}

function textAt(raw: JsonObject, key: string): string | undefined {
  const value = raw[key];
  return typeof value === 'string' && value !== '' ? value.slice(0, 500) : undefined;
}
