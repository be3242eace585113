import { version } from '#core';
import type { CallOutcome, Json, JsonObject } from '../types.ts';
import { isJsonObject, membersOf, rpcCodes } from '../protocol/messages.ts';
import { metaKeys } from '../protocol/versions.ts';

/** What clients of Docker's gateway know it by (contract mcp-toolkit §3.3); the title says who we are. */
export const gatewayInfo: JsonObject = {
  name: 'Docker AI MCP Gateway',
  title: `Gantry ${version}`,
  version: '2.0.1',
};

export const gatewayCapabilities: JsonObject = {
  completions: {},
  logging: {},
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  tools: { listChanged: true },
};

const cacheable: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'server/discover',
]);

/** An answer as clients of the stateless era expect it. */
export function asModernOutcome(method: string, outcome: CallOutcome): CallOutcome {
  if (outcome.kind === 'error') {
    const { error } = outcome;
    if (error.code !== rpcCodes.resourceNotFound) return outcome;
    return { kind: 'error', error: { ...error, code: rpcCodes.invalidParams } };
  }
  const { result } = outcome;
  const resultType = result['resultType'] ?? 'complete';
  const isCacheable = resultType === 'complete' && cacheable.has(method);
  return {
    kind: 'result',
    result: {
      ...(method === 'tools/list' ? withoutExecution(result) : result),
      resultType,
      ...(isCacheable ? { ttlMs: result['ttlMs'] ?? 0, cacheScope: result['cacheScope'] ?? 'private' } : {}),
      _meta: { ...membersOf(result['_meta']), [metaKeys.serverInfo]: gatewayInfo },
    },
  };
}

/** An answer as clients with sessions expect it. */
export function asLegacyOutcome(outcome: CallOutcome): CallOutcome {
  if (outcome.kind === 'error' || outcome.result['resultType'] === undefined) return outcome;
  const { resultType: _, ttlMs: __, cacheScope: ___, _meta: meta, ...rest } = outcome.result;
  if (!isJsonObject(meta)) return { kind: 'result', result: rest };
  const { [metaKeys.serverInfo]: ____, ...others } = meta;
  return { kind: 'result', result: Object.keys(others).length === 0 ? rest : { ...rest, _meta: others } };
}

/** How a tool is run as a task is nothing that the stateless era knows. */
function withoutExecution(result: JsonObject): JsonObject {
  const { tools } = result;
  if (!Array.isArray(tools)) return result;
  return {
    ...result,
    tools: (tools as readonly Json[]).map((tool) => {
      if (!isJsonObject(tool) || tool['execution'] === undefined) return tool;
      const { execution: _, ...rest } = tool;
      return rest;
    }),
  };
}
