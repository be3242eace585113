import { isAbsolute, join, resolve } from 'node:path';
import { AppError, type Clock, type Log, type Paths } from '#core';
import type { GatewayRunOptions } from '#cli';
import { createFileSource, createProfileSource, defaultProfile, readServer, type ServerSource } from '#mcp';
import type { McpState } from './mcp-state.ts';

export interface GatewaySourceDeps {
  readonly paths: Paths;
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
  const catalogs = options.catalogs ?? ['docker-mcp.yaml'];
  return {
    isLegacy: true,
    source: createFileSource({
      catalogs: [...catalogs, ...options.additionalCatalogs].map((path) => catalogPath(path, join(folder, 'catalogs'))),
      loadCatalogs: () => Promise.resolve([]),
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

/** As written when absolute or after `./` or `../`, else a name below the folder of catalogues. */
function catalogPath(path: string, folder: string): string {
  if (/^https?:\/\//.test(path)) {
    throw new AppError('mcp.catalog_not_found', `The catalog ${path} cannot be read: catalogs are files here.`, {
      hint: 'Save it and name the file with --catalog.',
      params: { name: path },
    });
  }
  if (isAbsolute(path)) return path;
  if (/^\.\.?\//.test(path)) return resolve(path);
  return join(folder, /\.(?:ya?ml|json)$/.test(path) ? path : `${path}.yaml`);
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
