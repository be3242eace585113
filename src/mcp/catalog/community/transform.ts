import type { JsonObject } from '../../types.ts';
import { isObject } from '../reading/parse-document.ts';
import { createInputCollector, envName, type InputCollector } from './inputs.ts';
import { runtimeParts } from './runtime-arguments.ts';
import type { ServerArgument, ServerJson, ServerPackage, ServerRemote } from './server-json.ts';

export interface TransformOptions {
  /** Servers of npm and PyPI too, which are fetched when they start. */
  readonly packages: boolean;
  /** Address of the description. */
  readonly registryUrl?: string | undefined;
}

export type Transformed =
  | { readonly kind: 'entry'; readonly wire: JsonObject; readonly from: 'oci' | 'pypi' | 'npm' | 'remote' }
  | { readonly kind: 'unusable'; readonly reason: string; readonly has: readonly string[] };

/** The entry of a catalogue for a server of the community's registry (contract mcp-toolkit §2.4). */
export function transformServer(server: ServerJson, options: TransformOptions): Transformed {
  const name = catalogName(server.name);
  const inputs = createInputCollector(name);
  const chosen = choosePackage(server.packages, options.packages);
  const remote =
    server.remotes.find(({ type, transportType }) => (type ?? transportType) !== 'sse') ?? server.remotes[0];
  if (chosen === undefined && remote === undefined) return unusable(server, options);
  const run = chosen && packageParts(chosen, { name, inputs });
  if (run?.refused !== undefined && remote === undefined) return { kind: 'unusable', reason: run.refused, has: [] };
  const usable = run?.parts ?? {};
  const access = remote && remoteParts(remote, inputs);
  const secrets = inputs.secrets();
  const config = inputs.config();
  const wire: JsonObject = {
    name,
    type: remote ? 'remote' : 'server',
    ...usable,
    ...(server.description === undefined ? {} : { description: server.description }),
    ...(server.title === undefined ? {} : { title: server.title }),
    ...(server.icons?.[0] ? { icon: String(server.icons[0].src) } : {}),
    ...readmeOf(server),
    ...(access ? { remote: access } : {}),
    ...oauthOf(server),
    ...(secrets.length === 0 ? {} : { secrets }),
    ...(config.length === 0 ? {} : { config }),
    metadata: {
      tags: ['community'],
      ...(options.registryUrl === undefined ? {} : { registryUrl: options.registryUrl }),
    },
  };
  return { kind: 'entry', wire, from: remote ? 'remote' : (chosen?.registry ?? 'oci') };
}

/** `io.github.org/server` as `io-github-org-server`. */
export function catalogName(name: string): string {
  return name.replaceAll(/[^A-Za-z0-9_-]/g, '-');
}

interface Chosen {
  readonly registry: 'oci' | 'pypi' | 'npm';
  readonly found: ServerPackage;
  readonly identifier: string;
}

function choosePackage(packages: readonly ServerPackage[], withPackages: boolean): Chosen | undefined {
  const usable = packages.flatMap((found): Chosen[] => {
    const registry = registryOf(found);
    const identifier = found.identifier ?? found.name;
    const isStdio = (found.transport?.type ?? 'stdio') === 'stdio';
    if (identifier === undefined || !isStdio) return [];
    return registry === 'oci' || registry === 'pypi' || registry === 'npm' ? [{ registry, found, identifier }] : [];
  });
  const order = withPackages ? (['oci', 'pypi', 'npm'] as const) : (['oci'] as const);
  return order.map((kind) => usable.find(({ registry }) => registry === kind)).find((one) => one !== undefined);
}

function registryOf({ registryType, registryName }: ServerPackage): string {
  const given = registryType ?? registryName ?? '';
  return given === 'docker' ? 'oci' : given;
}

function unusable({ packages }: ServerJson, options: TransformOptions): Transformed {
  const has = [...new Set(packages.map(registryOf))];
  const transports = packages.map(({ transport }) => transport?.type ?? 'stdio');
  if (has.length === 0) return { kind: 'unusable', reason: 'it has neither packages nor an address', has };
  if (!transports.includes('stdio')) {
    return { kind: 'unusable', reason: `its packages speak ${transports.join(', ')} instead of stdio`, has };
  }
  const onlyPackages = !options.packages && has.some((kind) => kind === 'npm' || kind === 'pypi');
  const reason = onlyPackages
    ? `it comes as a package of ${has.join(', ')}, and only images were asked for`
    : `it comes as ${has.join(', ')}, which cannot be run in a container`;
  return { kind: 'unusable', reason, has };
}

function packageParts(
  { registry, found, identifier }: Chosen,
  { name, inputs }: { name: string; inputs: InputCollector },
): { readonly parts: JsonObject; readonly refused?: string } {
  const runtime = registry === 'oci' ? runtimeParts(found.runtimeArguments, inputs) : undefined;
  if (runtime && runtime.unsupported.length > 0) {
    const options = runtime.unsupported.map((option) => option.slice(0, 80)).join(', ');
    return { parts: {}, refused: `it needs options of docker run that no entry can have: ${options}` };
  }
  const args = found.packageArguments.flatMap((argument, index) => wordsOf(argument, { inputs, index }));
  const env = found.environmentVariables.flatMap((given) => {
    const value = inputs.value(given);
    return value === undefined ? [] : [{ name: given.name, value }];
  });
  const program = programOf({ registry, found, identifier }, name);
  const command = [...program.command, ...args];
  const volumes = [...program.volumes, ...(runtime?.volumes ?? [])];
  const allEnv = [...env, ...(runtime?.env ?? [])];
  const parts: JsonObject = {
    image: program.image,
    ...(program.volumes.length > 0 ? { longLived: true } : {}),
    ...(allEnv.length === 0 ? {} : { env: allEnv }),
    ...(command.length === 0 ? {} : { command }),
    ...(volumes.length === 0 ? {} : { volumes }),
    ...(runtime?.user === undefined ? {} : { user: runtime.user }),
    ...(runtime?.disableNetwork ? { disableNetwork: true } : {}),
    ...(runtime && runtime.extraHosts.length > 0 ? { extraHosts: runtime.extraHosts } : {}),
  };
  return { parts };
}

function programOf(
  { registry, found, identifier }: Chosen,
  name: string,
): { image: string; command: readonly string[]; volumes: readonly string[] } {
  const { version, registryBaseUrl } = found;
  if (registry === 'oci') return { image: imageOf(identifier, found), command: [], volumes: [] };
  if (registry === 'npm') {
    return {
      image: 'node:24-bookworm-slim',
      command: ['npx', '--yes', version === undefined ? identifier : `${identifier}@${version}`],
      volumes: [`docker-mcp-npm-cache-${name}:/root/.npm`],
    };
  }
  const isOwnIndex = registryBaseUrl !== undefined && !/^https:\/\/pypi\.org\/?$/.test(registryBaseUrl);
  return {
    image: 'ghcr.io/astral-sh/uv:python3.14-bookworm-slim',
    command: [
      'uvx',
      ...(isOwnIndex ? ['--index-url', registryBaseUrl] : []),
      ...(version === undefined ? [] : ['--from', `${identifier}==${version}`]),
      identifier,
    ],
    volumes: [`docker-mcp-uv-cache-${name}:/root/.cache/uv`],
  };
}

/** A version may be a digest or a tag, and newer descriptions have it in the name already. */
export function imageOf(
  identifier: string,
  { version, registryBaseUrl }: Pick<ServerPackage, 'version' | 'registryBaseUrl'>,
): string {
  const host = registryBaseUrl?.replace(/^https?:\/\//, '').replace(/\/+$/, '') ?? '';
  const [first = ''] = identifier.split('/');
  const namesHost = identifier.includes('/') && (/[.:]/.test(first) || first === 'localhost');
  const isHub = ['', 'docker.io', 'index.docker.io', 'registry-1.docker.io', 'hub.docker.com'].includes(host);
  const name = namesHost || isHub ? identifier : `${host}/${identifier}`;
  const hasVersion = name.includes('@') || name.lastIndexOf(':') > name.lastIndexOf('/');
  if (version === undefined || hasVersion) return name;
  return version.startsWith('sha256:') ? `${name}@${version}` : `${name}:${version}`;
}

function wordsOf(
  argument: ServerArgument,
  { inputs, index }: { inputs: InputCollector; index: number },
): readonly string[] {
  const key = argument.valueHint ?? argument.name?.replace(/^-+/, '') ?? `argument_${index + 1}`;
  const value = inputs.optional(argument, envName(key, { keepCase: true }));
  const isFlag = argument.type === 'named' || (argument.type === undefined && argument.name?.startsWith('-'));
  if (!isFlag) return value === undefined ? [] : [value];
  const { name = '' } = argument;
  if (value !== undefined) return [name, value];
  return argument.valueHint === undefined && argument.format === undefined ? [name] : [];
}

function remoteParts(remote: ServerRemote, inputs: InputCollector): JsonObject {
  const headers = remote.headers.map((given): [string, string] => {
    const value = inputs.value(given);
    return [given.name, value ?? `\${${envName(given.name, { keepCase: true })}}`];
  });
  return {
    url: inputs.template(remote.url, remote),
    transport_type: remote.type ?? remote.transportType ?? 'streamable-http',
    ...(headers.length === 0 ? {} : { headers: Object.fromEntries(headers) }),
  };
}

function oauthOf({ _meta }: ServerJson): JsonObject {
  const provided = _meta?.['io.modelcontextprotocol.registry/publisher-provided'];
  const oauth = isObject(provided) ? provided['oauth'] : undefined;
  return isObject(oauth) ? { oauth } : {};
}

function readmeOf({ repository }: ServerJson): JsonObject {
  const [, owner, project] =
    /^https:\/\/github\.com\/([\w.-]+)\/([\w.-]+?)(?:\.git)?(?:\/.*)?$/.exec(repository?.url ?? '') ?? [];
  if (owner === undefined || project === undefined) return {};
  const folder = repository?.subfolder?.split('/').filter((part) => part !== '' && part !== '..' && part !== '.') ?? [];
  const path = [owner, project, 'HEAD', ...folder, 'README.md'].map(encodeURIComponent).join('/');
  return { readme: `https://raw.githubusercontent.com/${path}` };
}
