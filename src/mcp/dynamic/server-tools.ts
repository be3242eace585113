import { AppError } from '#core';
import type { EnabledServer, GatewayTool, Json, JsonObject } from '../types.ts';
import { couldNot, couldNotBecause, objectOf, orSayWhy, said, textOf } from './reply.ts';
import type { DynamicToolsOptions, KnownServer } from './types.ts';

const defaultLimit = 10;
const mostMatches = 50;
const maxDescription = 500;

/** `mcp-find`: which servers could help (contract mcp-toolkit §3.12). */
export function findTool({ directory }: DynamicToolsOptions): GatewayTool {
  return {
    definition: {
      name: 'mcp-find',
      title: 'Find MCP servers',
      description:
        'Searches the catalogues for MCP servers by words, in any language. Use it when no tool at hand fits; then mcp-add brings a server into this session.',
      inputSchema: {
        type: 'object',
        properties: {
          query: { type: 'string', description: 'Words for what is needed, such as "postgres" or "web search"' },
          limit: { type: 'integer', minimum: 1, maximum: mostMatches, default: defaultLimit },
        },
        required: ['query'],
      },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    call: (args, { signal }) =>
      orSayWhy(async () => {
        const query = textOf(args, 'query');
        const limit = Math.min(
          mostMatches,
          Math.max(1, Math.floor(Number(args['limit'] ?? defaultLimit)) || defaultLimit),
        );
        const { total, servers } = await directory.search(query, { limit, signal });
        const found: JsonObject = { query, total_matches: total, servers: servers.map(describe) };
        return said(JSON.stringify(found), found);
      }),
  };
}

function describe({ entry, origin, config }: KnownServer): JsonObject {
  return {
    name: entry.name,
    ...(entry.title !== undefined && { title: entry.title }),
    description: (entry.description ?? '').slice(0, maxDescription),
    from: origin,
    type: entry.type,
    long_lived: entry.longLived,
    tools: entry.tools.map(({ name }) => name),
    required_secrets: entry.secrets.filter(({ required }) => required).map(({ name }) => name),
    config_schema: entry.config,
    configured: Object.keys(config).length > 0,
  };
}

/** `mcp-add`: a server for this session alone. */
export function addTool(options: DynamicToolsOptions): GatewayTool {
  return {
    definition: {
      name: 'mcp-add',
      title: 'Add an MCP server to this session',
      description:
        'Starts a server that mcp-find found and adds its tools to this session; other sessions do not see it. Says what is missing when it cannot be started.',
      inputSchema: {
        type: 'object',
        properties: { name: { type: 'string', description: 'Name of the server, as mcp-find gives it' } },
        required: ['name'],
      },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
    },
    call: (args, { session, signal }) =>
      orSayWhy(async () => {
        const name = textOf(args, 'name');
        const known = await options.directory.find(name, { signal });
        if (!known) return couldNot(`There is no MCP server named ${name}. Look for its name with mcp-find.`);
        const enabled: EnabledServer = {
          entry: known.entry,
          config: { ...known.config, ...session.configured.get(name) },
          tools: undefined,
          origin: known.origin,
        };
        const problems = await options.problems(enabled, { signal });
        if (problems.length > 0) return couldNotBecause(problems);
        const tools = await session.add(enabled, { signal });
        const names = tools.flatMap(({ name: tool }) => (typeof tool === 'string' ? [tool] : []));
        return said(`Added ${name} with ${names.length} tools: ${names.join(', ')}.\n${JSON.stringify(tools)}`, {
          server: name,
          tools,
        });
      }),
  };
}

export function removeTool(): GatewayTool {
  return {
    definition: {
      name: 'mcp-remove',
      title: 'Remove an MCP server from this session',
      description: 'Takes a server and its tools out of this session; other sessions keep it.',
      inputSchema: { type: 'object', properties: { name: { type: 'string' } }, required: ['name'] },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    call: (args, { session }) =>
      orSayWhy(async () => {
        const name = textOf(args, 'name');
        if (session.remove(name)) return said(`Removed ${name} from this session.`);
        return couldNot(`This session has no MCP server named ${name}.`);
      }),
  };
}

/** `mcp-config-set`: values for a server in this session; nothing is written to disk, and no value is repeated. */
export function configTool(options: DynamicToolsOptions): GatewayTool {
  return {
    definition: {
      name: 'mcp-config-set',
      title: 'Configure an MCP server in this session',
      description:
        'Sets configuration values of a server for this session, as its config_schema in mcp-find says. Secrets are not set here: the person sets them.',
      inputSchema: {
        type: 'object',
        properties: { server: { type: 'string' }, config: { type: 'object', description: 'Values by key' } },
        required: ['server', 'config'],
      },
      annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: false },
    },
    call: (args, { session, signal }) =>
      orSayWhy(async () => {
        const server = textOf(args, 'server');
        const config = objectOf(args, 'config');
        const known = await options.directory.find(server, { signal });
        if (!known) return couldNot(`There is no MCP server named ${server}. Look for its name with mcp-find.`);
        const unknown = Object.keys(config).filter(
          (key) => !schemaKeys(known.entry.config).has(key.split('.')[0] ?? key),
        );
        if (unknown.length > 0) {
          throw new AppError('request.invalid', `${server} has no configuration named ${unknown.join(', ')}.`, {
            hint: `It has: ${[...schemaKeys(known.entry.config)].join(', ') || 'none'}.`,
            params: { reason: 'config_key', server, name: unknown.join(', ') },
          });
        }
        session.configured.set(server, { ...session.configured.get(server), ...config });
        const running = session.enabled().find(({ entry }) => entry.name === server);
        if (!running) return said(`Configured ${server} for this session. Add it with mcp-add.`);
        const changed = { ...running, config: { ...running.config, ...config } };
        const problems = await options.problems(changed, { signal });
        if (problems.length > 0) return couldNotBecause(problems);
        await session.add(changed, { signal });
        return said(`Configured ${server}; it runs with the new values in this session.`);
      }),
  };
}

function schemaKeys(schemas: readonly JsonObject[]): ReadonlySet<string> {
  return new Set(schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : [])));
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
