import type { z } from 'zod';
import type { CatalogServer, CatalogTool, Json, JsonObject } from '../../types.ts';
import { secretOfReference } from '../../secrets/names.ts';
import { invalidCatalog } from './invalid-catalog.ts';
import { unknownKeys, wireServer, type WireServer, type WireTool } from './wire.ts';

const transports: Readonly<Record<string, 'streamable-http' | 'sse'>> = {
  sse: 'sse',
  http: 'streamable-http',
  streaming: 'streamable-http',
  streamable: 'streamable-http',
  'streamable-http': 'streamable-http',
};

/**
 * One server of a catalogue or of a profile's snapshot, from how catalogues write it. `name` is the key it stood under, if any.
 * @throws AppError `mcp.catalog_invalid` that names the server
 */
export function readServer(raw: JsonObject, { where, name: key }: { where: string; name?: string }): CatalogServer {
  const name = key ?? (typeof raw['name'] === 'string' ? raw['name'] : '');
  const refuse = (detail: string): Error => invalidCatalog(where, `${nameForPeople(name)} ${detail}`);
  if (!isServerName(name)) throw refuse('has no usable name');
  const parsed = wireServer.safeParse(raw);
  if (!parsed.success) throw refuse(issueText(parsed.error));
  const wire = parsed.data;
  const remote = remoteOf(wire, refuse);
  const type = typeOf(wire, remote !== undefined);
  if (type === undefined) throw refuse(missingText(wire));
  const referred = referencesIn(wire, refuse);
  return {
    name,
    type,
    image: wire.image,
    title: wire.title,
    description: wire.description,
    icon: wire.icon,
    readme: wire.readme,
    longLived: wire.longLived,
    remote,
    oauth: wire.oauth ?? undefined,
    secrets: [
      ...wire.secrets.map(({ name: secret, env, description, example, required }) => ({
        name: secret,
        env: env ?? '',
        description,
        example,
        required: required ?? true,
      })),
      ...referred.map(({ name: env, secret }) => ({
        name: secret,
        env,
        description: undefined,
        example: undefined,
        required: true,
      })),
    ],
    env: wire.env.filter(({ name: env }) => referred.every((one) => one.name !== env)),
    command: wire.command,
    volumes: wire.volumes,
    user: wire.user,
    disableNetwork: wire.disableNetwork,
    allowHosts: wire.allowHosts,
    extraHosts: wire.extraHosts,
    capabilities: wire.capabilities.map((capability) => capability.replace(/^CAP_/, '')),
    tools: wire.tools.map((tool) => toolOf(tool, type)),
    config: wire.config,
    prefix: wire.prefix,
    metadata: wire.metadata ?? undefined,
    extra: unknownKeys(raw),
  };
}

/** Names become labels, keys and parts of messages. */
export function isServerName(name: string): boolean {
  // eslint-disable-next-line no-control-regex
  return name !== '' && name.length <= 200 && name === name.trim() && !/[\u0000-\u001f\u007f]/.test(name);
}

export function nameForPeople(name: string): string {
  return name === '' ? 'a server without a name' : `the server ${JSON.stringify(name.slice(0, 100))}`;
}

/** The first thing that is wrong, with where it is. */
export function issueText(error: z.ZodError): string {
  const [issue] = error.issues;
  const path = issue?.path.map(String).join('.') ?? '';
  const message = (issue?.message ?? 'is not valid').replace(/^Invalid input: /, '');
  return `is wrong at ${path === '' ? 'its top' : path.slice(0, 200)}: ${message.slice(0, 200)}`;
}

/** A variable that is a reference to a secret, `se://docker/mcp/NAME`, is a secret that the entry needs. */
function referencesIn(
  { env }: WireServer,
  refuse: (detail: string) => Error,
): readonly { readonly name: string; readonly secret: string }[] {
  return env.flatMap(({ name, value }) => {
    if (!value.startsWith('se://')) return [];
    try {
      return [{ name, secret: secretOfReference(value) ?? '' }];
    } catch {
      throw refuse(`refers to a secret that cannot be: ${JSON.stringify(value.slice(0, 100))}`);
    }
  });
}

function remoteOf(
  { remote, sseEndpoint, type }: WireServer,
  refuse: (detail: string) => Error,
): CatalogServer['remote'] {
  const url = remote?.url ?? sseEndpoint;
  if (url === undefined) return undefined;
  const isHttp = /^https?:\/\/[^\s/]/i.test(url) && URL.canParse(url.replaceAll(/\{\{[^{}]*\}\}|\$\{\w+\}/g, 'x'));
  if (!isHttp) throw refuse(`has an address that is none: ${JSON.stringify(url.slice(0, 100))}`);
  const given = remote?.url === undefined ? 'sse' : (remote.transport_type ?? 'streamable-http');
  const transport = transports[given.toLowerCase()];
  if (transport === undefined && type !== 'server')
    throw refuse(`is reached over ${JSON.stringify(given)}, which is unknown`);
  return { url, transport: transport ?? 'streamable-http', headers: remote?.headers ?? {} };
}

/** The kind that is stated, as long as it has what it needs; else what the entry has. */
function typeOf({ type, image, tools }: WireServer, hasRemote: boolean): CatalogServer['type'] | undefined {
  const runsTools = tools.some(({ container }) => container?.image !== undefined);
  if (type === 'server' && image !== undefined) return 'server';
  if (type === 'poci' && runsTools) return 'poci';
  if (hasRemote) return 'remote';
  if (image !== undefined) return 'server';
  return runsTools ? 'poci' : undefined;
}

function missingText({ type }: WireServer): string {
  if (type === 'remote') return 'has no address';
  if (type === 'poci') return 'has no tool with an image';
  return 'has neither an image, nor an address, nor tools with images';
}

function toolOf(tool: WireTool, type: CatalogServer['type']): CatalogTool {
  const { container } = tool;
  return {
    name: tool.name,
    description: tool.description,
    inputSchema: schemaOf(tool),
    annotations: tool.annotations ?? undefined,
    container: type === 'poci' && container?.image !== undefined ? { ...container, image: container.image } : undefined,
  };
}

/** Tools say what they take in three ways: a schema, the parameters of a POCI tool, a list of arguments. */
function schemaOf({ inputSchema, parameters, arguments: args }: WireTool): JsonObject | undefined {
  if (inputSchema) return inputSchema;
  if (parameters && (parameters.type !== undefined || parameters.properties)) {
    const { properties, required } = parameters;
    return { type: parameters.type ?? 'object', properties: properties ?? {}, required };
  }
  if (!args) return undefined;
  const properties = args.map(({ name, type, items, desc, description }): [string, Json] => {
    const said = desc ?? description;
    return [
      name,
      { type: type ?? 'string', ...(said === undefined ? {} : { description: said }), ...(items ? { items } : {}) },
    ];
  });
  const required = args.flatMap(({ name, optional }) => (optional ? [] : [name]));
  return { type: 'object', properties: Object.fromEntries(properties), required };
}
