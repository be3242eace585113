import { existsSync } from 'node:fs';
import { isAbsolute, join, resolve } from 'node:path';
import { AppError, type Clock, type Env, type Log, type Paths } from '#core';
import type { GatewayRunOptions } from '#cli';
import {
  catalogAsJson,
  createFileSource,
  createProfileSource,
  defaultProfile,
  readServer,
  type Catalog,
  type Described,
  type ServerSource,
} from '#mcp';
import type { McpState } from './mcp-state.ts';

export interface GatewaySourceDeps {
  readonly paths: Paths;
  readonly env: Env;
  readonly clock: Clock;
  readonly log: Log;
  readonly state: McpState;
  readonly say: (line: string) => void;
}

export interface GatewaySource {
  readonly source: ServerSource;
  /** From files and names, as gateways before profiles did. */
  readonly isLegacy: boolean;
}

/** Where the servers come from: a profile, or what any of the older flags names (contract mcp-toolkit §3.1). */
export function createGatewaySource(options: GatewayRunOptions, deps: GatewaySourceDeps): GatewaySource {
  const { clock, log, state, say } = deps;
  const flags = legacyFlags(options);
  if (flags.length === 0) {
    const id = options.profile ?? defaultProfile;
    say(`  - Reading profile [${id}]`);
    return {
      isLegacy: false,
      source: createProfileSource({
        profiles: state.profiles,
        id,
        readServer,
        onProblem: (server, error) => say(`  > Can't use ${server}: ${error.message}`),
      }),
    };
  }
  if (options.profile !== undefined) throw twoSources(flags);
  const folder = join(deps.paths.dockerConfig, 'mcp');
  const inFolder = (path: string): string => (isAbsolute(path) ? path : join(folder, path));
  const places = catalogPlaces(options, join(folder, 'catalogs'));
  return {
    isLegacy: true,
    source: createFileSource({
      catalogs: places.files,
      loadCatalogs: ({ signal = new AbortController().signal }) => loadNamed(places.named, { ...deps, signal }),
      loadServers: ({ signal = new AbortController().signal }) => loadDescribed(options, { ...deps, signal }),
      registries: [...(options.registries ?? ['registry.yaml']), ...options.additionalRegistries].map(inFolder),
      configs: [...(options.configs ?? ['config.yaml']), ...options.additionalConfigs].map(inFolder),
      toolsConfigs: [...(options.toolsConfigs ?? ['tools.yaml']), ...options.additionalToolsConfigs].map(inFolder),
      servers: options.servers,
      enableAll: options.enableAllServers,
      clock,
      log,
      say,
    }),
  };
}

interface CatalogPlaces {
  /** Paths. */
  readonly files: readonly string[];
  /** Addresses, and names of catalogues that are kept here. */
  readonly named: readonly string[];
}

/**
 * What `--catalog` names: paths as written when absolute or after `./` or `../`, a file below the folder of older catalogues when it
 * is there, else a catalogue of ours, or an address. Without any, Docker's file if it is there, and all catalogues that are kept here.
 */
function catalogPlaces(options: GatewayRunOptions, folder: string): CatalogPlaces {
  const usual = join(folder, 'docker-mcp.yaml');
  const given = options.catalogs ?? (existsSync(usual) ? [usual] : []);
  const files: string[] = [];
  const named: string[] = options.catalogs === undefined && given.length === 0 ? [everyCatalog] : [];
  for (const text of [...given, ...options.additionalCatalogs]) {
    const path = pathOf(text, folder);
    if (path === undefined) named.push(text);
    else files.push(path);
  }
  return { files, named };
}

const everyCatalog = '*';

function pathOf(text: string, folder: string): string | undefined {
  if (/^https?:\/\//.test(text)) return undefined;
  if (isAbsolute(text)) return text;
  if (/^\.\.?\//.test(text)) return resolve(text);
  if (/\.(?:ya?ml|json)$/.test(text)) return join(folder, text);
  const below = join(folder, `${text}.yaml`);
  return existsSync(below) ? below : undefined;
}

async function loadNamed(
  named: readonly string[],
  {
    say,
    signal,
    ...deps
  }: Pick<GatewaySourceDeps, 'paths' | 'env' | 'clock' | 'say'> & { readonly signal: AbortSignal },
): Promise<readonly { where: string; text: string }[]> {
  if (named.length === 0) return [];
  const { createToolkit } = await import('./create-toolkit.ts');
  await using toolkit = await createToolkit(deps);
  const { catalogs } = toolkit;
  const found: Catalog[] = [];
  for (const name of named) {
    if (name === everyCatalog) {
      for (const { ref } of await catalogs.list()) found.push(await catalogs.open(ref));
    } else if (/^https?:\/\//.test(name)) {
      const origin = { kind: 'legacy', place: name } as const;
      found.push(await catalogs.preview({ ref: 'gateway', origin, title: undefined, exclude: [] }, { signal }));
    } else found.push(await catalogs.openFresh(name, 'missing', { signal }));
  }
  for (const { ref } of found) say(`  - Reading catalog from [${ref}]`);
  return found.map((catalog) => ({ where: catalog.ref, text: JSON.stringify(catalogAsJson(catalog)) }));
}

/** Servers of `--oci-ref` and `--mcp-registry`, which name where one is described. */
async function loadDescribed(
  { ociRefs, mcpRegistries }: Pick<GatewayRunOptions, 'ociRefs' | 'mcpRegistries'>,
  {
    say,
    signal,
    ...deps
  }: Pick<GatewaySourceDeps, 'paths' | 'env' | 'clock' | 'say'> & { readonly signal: AbortSignal },
): Promise<readonly Described[]> {
  const uris = [...ociRefs.map((ref) => `oci://${ref}`), ...mcpRegistries];
  if (uris.length === 0) return [];
  const { createToolkit } = await import('./create-toolkit.ts');
  await using toolkit = await createToolkit(deps);
  const servers: Described[] = [];
  for (const uri of uris) {
    say(`  - Reading server from [${uri}]`);
    for (const { entry, origin } of await toolkit.catalogs.resolve(uri, { signal, folder: process.cwd() })) {
      servers.push({ server: entry.server, origin });
    }
  }
  return servers;
}

function legacyFlags(options: GatewayRunOptions): readonly string[] {
  const given: readonly (readonly [string, boolean])[] = [
    ['--servers', options.servers !== undefined],
    ['--enable-all-servers', options.enableAllServers],
    ['--catalog', options.catalogs !== undefined],
    ['--additional-catalog', options.additionalCatalogs.length > 0],
    ['--registry', options.registries !== undefined],
    ['--additional-registry', options.additionalRegistries.length > 0],
    ['--config', options.configs !== undefined],
    ['--additional-config', options.additionalConfigs.length > 0],
    ['--tools-config', options.toolsConfigs !== undefined],
    ['--additional-tools-config', options.additionalToolsConfigs.length > 0],
    ['--oci-ref', options.ociRefs.length > 0],
    ['--mcp-registry', options.mcpRegistries.length > 0],
    ['--secrets', options.secrets !== undefined && !/^docker-desktop(?::|$)/.test(options.secrets)],
  ];
  return given.flatMap(([flag, isGiven]) => (isGiven ? [flag] : []));
}

function twoSources(flags: readonly string[]): AppError {
  return new AppError('request.invalid', `--profile cannot be combined with ${flags.join(', ')}.`, {
    hint: 'Put the servers into the profile, or leave --profile out.',
    params: { flags: flags.join(', ') },
  });
}
