import { resolve } from 'node:path';
import { AppError, type Clock } from '#core';
import type { Docker } from '#docker';
import { statusError, type HttpClient, type OciAttachments, type OciRegistry } from '#registry';
import { contentFrom } from './collect-servers.ts';
import { legacyCatalogs } from './legacy-places.ts';
import type { CatalogEntry } from './reading/content.ts';
import { largestDocumentBytes } from './reading/parse-document.ts';
import { resolveServers } from './resolve-servers.ts';
import { createCommunityClient } from './sources/community-client.ts';
import { readCatalogFile } from './sources/read-file.ts';
import { artifactOf, catalogArtifactType, catalogLayer, serverArtifactType } from './store/artifact.ts';
import { parsePullRules, shouldPull } from './store/pull-policy.ts';
import { catalogName, parseCatalogReference } from './store/reference.ts';
import { pullArtifact, pushArtifact } from './store/remote-catalog.ts';
import { createCatalogStore, type NewCatalog, type StoredCatalog } from './store/store.ts';
import type { Catalog, CatalogChange, CatalogListing, CatalogOptions, Catalogs, CreateCatalog } from './types.ts';

export interface CatalogsDeps {
  /** `mcp/catalogs` below the home. */
  readonly folder: string;
  /** `~/.docker`: where older toolkits keep theirs. */
  readonly dockerConfig: string;
  readonly registry: OciRegistry & OciAttachments;
  readonly http: HttpClient;
  readonly docker: { readonly images: Pick<Docker['images'], 'inspect'> };
  readonly architecture: string;
  readonly clock: Clock;
  /** Catalogues that come with Gantry. */
  readonly builtIn: readonly BuiltInCatalog[];
}

export interface BuiltInCatalog {
  readonly ref: string;
  readonly title: string;
  readonly entries: readonly CatalogEntry[];
}

/** The API of the community's registry, as a catalogue to pull. */
const communityHost = 'registry.modelcontextprotocol.io';

export function createCatalogs(deps: CatalogsDeps): Catalogs {
  const { registry, clock, dockerConfig } = deps;
  const store = createCatalogStore({ folder: deps.folder, clock });
  const community = createCommunityClient({ http: deps.http });
  const { docker, architecture } = deps;
  const serverArtifact = async (ref: string, { signal }: { signal: AbortSignal }): Promise<string> => {
    const content = { reference: parseCatalogReference(ref), label: ref, artifactType: serverArtifactType };
    return (await pullArtifact(registry, content, { signal })).layer;
  };
  const resolving = { images: { docker, registry, architecture }, community, open, serverArtifact };

  const builtIn = new Map(deps.builtIn.map((one) => [catalogName(one.ref), builtInCatalog(one)]));

  async function open(name: string): Promise<Catalog> {
    const ref = refOf(name);
    const found = await store.find(ref);
    if (found) return withContent(found);
    const own = builtIn.get(ref);
    if (own) return own;
    const legacy = (await legacyCatalogs(dockerConfig)).find((one) => one.name === name || one.displayName === name);
    if (legacy === undefined) throw notFound(name);
    const content = await readCatalogFile(legacy.path);
    const title = legacy.displayName ?? content.title ?? legacy.name;
    return {
      ...described({ ref: legacy.name, title, source: `legacy-catalog:${legacy.name}` }, content.entries),
      problems: content.problems,
      builtIn: false,
    };
  }

  function withContent(found: StoredCatalog): Catalog {
    const { layer: _layer, ...summary } = found;
    const { entries, problems } = store.content(found);
    return { ...summary, builtIn: false, entries, problems };
  }

  async function keep(made: NewCatalog, signal?: AbortSignal): Promise<Catalog> {
    refuseBuiltIn(made.ref, builtIn);
    const kept = await store.update(made.ref, () => made, { signal });
    if (kept === undefined) throw notFound(made.ref);
    return withContent(kept);
  }

  async function pull(ref: string, options: CatalogOptions): Promise<Catalog> {
    options.onEvent?.({ type: 'pulling', ref });
    const { signal } = options;
    if (isCommunity(ref)) {
      const host = ref.replace(/:latest$/, '');
      return await fromCommunity(host, options);
    }
    const reference = parseCatalogReference(ref);
    const label = catalogName(ref);
    const { layer } = await pullArtifact(registry, { reference, label, artifactType: catalogArtifactType }, { signal });
    const { title } = store.content({ ref: label, layer });
    return await keep({ ref: label, title: title ?? label, source: `oci:${label}`, pulled: true, layer }, signal);
  }

  async function fromCommunity(host: string, options: CatalogOptions): Promise<Catalog> {
    const origin = { kind: 'community', host, packages: false } as const;
    const { content, source } = await contentFrom({ community, resolveUri }, origin, options);
    const ref = catalogName(host.replace(/^https?:\/\//, ''));
    const layer = catalogLayer('MCP Community Registry', content.entries);
    const kept = await keep({ ref, title: 'MCP Community Registry', source, pulled: true, layer }, options.signal);
    return { ...kept, problems: content.problems };
  }

  const resolveUri = async (uri: string, options: CatalogOptions): Promise<readonly CatalogEntry[]> =>
    (await resolveServers(resolving, uri, { ...options, folder: resolve('.') })).map(({ entry }) => entry);

  const legacyPath = async (name: string): Promise<string | undefined> =>
    (await legacyCatalogs(dockerConfig)).find((one) => one.name === name)?.path;

  async function fetchText(url: string, { signal }: { signal: AbortSignal }): Promise<string> {
    // Docker's own catalogue is named with http in older files.
    const address = url.replace(/^http:\/\/desktop\.docker\.com\//, 'https://desktop.docker.com/');
    const response = await deps.http.request(address, { signal });
    if (response.status !== 200) {
      await response.discard();
      throw statusError(response, { label: url });
    }
    return new TextDecoder().decode(await response.bytes(largestDocumentBytes));
  }

  async function change(
    ref: string,
    options: { readonly signal?: AbortSignal },
    edit: (entries: readonly CatalogEntry[]) => Omit<CatalogChange, 'catalog'> & { entries: readonly CatalogEntry[] },
  ): Promise<CatalogChange> {
    const name = refOf(ref);
    refuseBuiltIn(name, builtIn);
    let outcome: Omit<CatalogChange, 'catalog'> = { changed: [], replaced: [] };
    const kept = await store.update(
      name,
      (present) => {
        if (present === undefined) throw notFound(ref);
        const { entries, problems } = store.content(present);
        // What cannot be read would be lost by writing the rest.
        if (problems[0]) throw cannotChange(name, problems[0].reason);
        const edited = edit(entries);
        outcome = { changed: edited.changed, replaced: edited.replaced };
        const { title, source } = present;
        return { ref: name, title, source, pulled: false, layer: catalogLayer(title, edited.entries) };
      },
      options,
    );
    if (kept === undefined) throw notFound(ref);
    return { catalog: withContent(kept), ...outcome };
  }

  async function prepare(
    wanted: CreateCatalog,
    options: CatalogOptions,
  ): Promise<{ made: NewCatalog; entries: readonly CatalogEntry[]; problems: Catalog['problems'] }> {
    const ref = refOf(wanted.ref);
    refuseBuiltIn(ref, builtIn);
    const collecting = { community, resolveUri, fetchText, legacyPath };
    const { content, source, title } = await contentFrom(collecting, wanted.origin, options);
    const { exclude } = wanted;
    const names = new Set([
      ...content.entries.map(({ server }) => server.name),
      ...content.problems.map(({ server }) => server),
    ]);
    const unknown = exclude.find((name) => !names.has(name));
    if (unknown !== undefined) throw noSuchServer(ref, unknown);
    const entries = content.entries.filter(({ server }) => !exclude.includes(server.name));
    const called = wanted.title ?? title ?? ref;
    const made = { ref, title: called, source, pulled: false, layer: catalogLayer(called, entries) };
    return { made, entries, problems: content.problems.filter(({ server }) => !exclude.includes(server)) };
  }

  return {
    open,
    pull,
    async list() {
      const stored = (await store.list()).map((one): CatalogListing => ({ ...one, builtIn: false }));
      const taken = new Set(stored.map(({ ref }) => ref));
      const own = [...builtIn.values()].filter(({ ref }) => !taken.has(ref));
      return [...own.map(({ entries: _entries, problems: _problems, ...one }) => one), ...stored];
    },
    async create(wanted, options) {
      const { made, problems } = await prepare(wanted, options);
      return { ...(await keep(made, options.signal)), problems };
    },
    async preview(wanted, options) {
      const { made, problems, entries } = await prepare(wanted, options);
      return { ...described(made, entries), builtIn: false, problems };
    },
    async addServers(ref, uris, { only, ...options }) {
      const all = (await Promise.all(uris.map((uri) => resolveUri(uri, options)))).flat();
      const added = only === undefined ? all : all.filter(({ server }) => only.includes(server.name));
      return await change(ref, options, (entries) => {
        const byName = new Map(entries.map((entry) => [entry.server.name, entry]));
        const replaced = added.map(({ server }) => server.name).filter((name) => byName.has(name));
        for (const entry of added) byName.set(entry.server.name, entry);
        return { entries: [...byName.values()], changed: added.map(({ server }) => server.name), replaced };
      });
    },
    removeServers: (ref, names) =>
      change(ref, {}, (entries) => {
        const unknown = names.find((name) => !entries.some(({ server }) => server.name === name));
        if (unknown !== undefined) throw noSuchServer(ref, unknown);
        return { entries: entries.filter(({ server }) => !names.includes(server.name)), changed: names, replaced: [] };
      }),
    async remove(ref) {
      const name = refOf(ref);
      if (await store.remove(name)) return;
      refuseBuiltIn(name, builtIn);
      throw notFound(ref);
    },
    async copy(from, to) {
      const found = await store.find(refOf(from));
      const { title, source, entries } = await open(from);
      const layer = found?.layer ?? catalogLayer(title, entries);
      return await keep({ ref: refOf(to), title, source, pulled: false, layer });
    },
    async push(ref, { signal }) {
      const reference = parseCatalogReference(ref);
      const found = await store.find(refOf(ref));
      const { title, entries } = await open(ref);
      const layer = found?.layer ?? catalogLayer(title, entries);
      const digest = await pushArtifact(registry, { reference, layer, artifactType: catalogArtifactType }, { signal });
      return `${catalogName(ref)}@${digest}`;
    },
    async openFresh(name, rules, options) {
      const parsed = parsePullRules(rules);
      const ref = refOf(name);
      const found = await store.find(ref);
      const from = found?.pulledAt ?? found?.updatedAt;
      const ageMs = from === undefined ? undefined : Math.max(0, clock.now() - Date.parse(from));
      const isHere = found !== undefined || builtIn.has(ref);
      if (
        builtIn.has(ref) ||
        !shouldPull(parsed, { ageMs: isHere ? (ageMs ?? 0) : undefined, wasPulled: await store.wasPulled(ref) })
      ) {
        return await open(name);
      }
      return await pull(ref, options);
    },
    resolve: (uri, options) => resolveServers(resolving, uri, options),
    watch: (listener) => store.watch(listener),
  };
}

function refOf(name: string): string {
  return catalogName(name);
}

function isCommunity(ref: string): boolean {
  return /^https?:\/\//.test(ref) || ref === communityHost || ref.startsWith(`${communityHost}:`);
}

function builtInCatalog({ ref, title, entries }: BuiltInCatalog): Catalog {
  return { ...described({ ref: catalogName(ref), title, source: 'gantry' }, entries), problems: [], builtIn: true };
}

function described(
  named: { readonly ref: string; readonly title: string; readonly source: string },
  entries: readonly CatalogEntry[],
): Omit<Catalog, 'builtIn' | 'problems'> {
  const { digest } = artifactOf(catalogLayer(named.title, entries), catalogArtifactType);
  return { ...named, digest: digest.slice('sha256:'.length), updatedAt: undefined, pulledAt: undefined, entries };
}

function refuseBuiltIn(ref: string, builtIn: ReadonlyMap<string, unknown>): void {
  if (!builtIn.has(ref)) return;
  throw new AppError('mcp.catalog_invalid', `The catalogue ${ref} comes with Gantry and cannot be changed.`, {
    hint: `Change a copy of it: gantry mcp catalog fork ${ref} my-catalog`,
    params: { reason: 'built_in', where: ref, detail: 'it comes with Gantry' },
  });
}

function cannotChange(ref: string, detail: string): AppError {
  return new AppError('mcp.catalog_invalid', `The catalogue ${ref} has a server that cannot be kept: ${detail}.`, {
    hint: 'Correct it where the catalogue comes from, and pull or import it again.',
    params: { reason: 'broken_server', where: ref, detail },
  });
}

function notFound(catalog: string): AppError {
  const shown = catalog.slice(0, 200);
  return new AppError('mcp.catalog_not_found', `There is no catalogue named ${shown}.`, {
    hint: 'See the catalogues with: gantry mcp catalog ls',
    params: { catalog: shown },
  });
}

function noSuchServer(catalog: string, server: string): AppError {
  return new AppError('mcp.server_not_found', `The catalogue ${catalog} has no server named ${server}.`, {
    hint: `See what it has: gantry mcp catalog server ls ${catalog}`,
    params: { reason: 'in_catalog', server, catalog },
  });
}
