import type { GatewayTool, JsonObject } from '../types.ts';
import { succeeded } from '../protocol/messages.ts';
import type { ServerFacts } from './server-stats.ts';
import type { SetEntry } from './server-set.ts';
import type { ClientAbilities } from '../protocol/capabilities.ts';

export interface ServerStatus extends ServerFacts {
  readonly name: string;
  readonly type: string;
  readonly origin: string;
  readonly image: string | undefined;
  readonly tools: number;
  readonly prompts: number;
  readonly resources: number;
  readonly templates: number;
}

export interface GatewayStatus {
  readonly servers: readonly ServerStatus[];
  /** Things that were renamed or are not shown. */
  readonly warnings: readonly string[];
}

export const statusUri = 'gateway://status';

export const statusResource: JsonObject = {
  uri: statusUri,
  name: 'gateway-status',
  title: 'State of the MCP servers behind this gateway',
  mimeType: 'application/json',
};

export function statusOf(entry: SetEntry, abilities: ClientAbilities): ServerStatus {
  const { managed, enabled } = entry;
  const manifest = managed.manifest(abilities);
  return {
    name: managed.name,
    type: enabled.entry.type,
    origin: enabled.origin,
    image: enabled.entry.image,
    tools: manifest?.tools.length ?? 0,
    prompts: manifest?.prompts.length ?? 0,
    resources: manifest?.resources.length ?? 0,
    templates: manifest?.templates.length ?? 0,
    ...managed.stats.facts(),
  };
}

export function asJson(status: GatewayStatus): JsonObject {
  return JSON.parse(JSON.stringify(status)) as JsonObject;
}

/** One line for each server, for models and people. */
export function statusText({ servers, warnings }: GatewayStatus): string {
  if (servers.length === 0) return 'No MCP server is enabled.';
  const lines = servers.map((server) => {
    const offers = `${server.tools} tools, ${server.prompts} prompts, ${server.resources} resources`;
    const calls =
      server.latencyMs === undefined
        ? 'no calls yet'
        : `${server.calls} calls, ${server.failures} failed, ${server.latencyMs.mean} ms on average`;
    const hint = server.error?.hint === undefined ? '' : ` ${server.error.hint}`;
    const error = server.error === undefined ? '' : `\n  ${server.error.message}${hint}`;
    return `${server.name}: ${server.state}; ${offers}; ${calls}${error}`;
  });
  return [...lines, ...warnings].join('\n');
}

/** Tells a model why something is missing: clients hide what servers print. */
export function statusTool(read: (servers: readonly string[]) => GatewayStatus): GatewayTool {
  return {
    definition: {
      name: 'gateway-status',
      title: 'State of the MCP servers',
      description:
        'Lists the MCP servers behind this gateway: whether each can be used, why not, what it offers, and how its calls went. Use it when a tool is missing or a call fails.',
      inputSchema: { type: 'object', properties: {}, additionalProperties: false },
      annotations: { readOnlyHint: true, openWorldHint: false },
    },
    async call(_args, { session }) {
      const status = read(session.enabled().map(({ entry }) => entry.name));
      return succeeded({ content: [{ type: 'text', text: statusText(status) }], structuredContent: asJson(status) });
    },
  };
}
