import type {
  McpServerBody,
  McpServerPrompt,
  McpServerResource,
  McpServerRow,
  McpServersBody,
  McpServerState,
  McpServerTool,
} from '#contract';
import { toAppError, type AppError, type Log } from '#core';
import type { Cancel } from '#docker';
import {
  configProblems,
  enabledServer,
  explainServer,
  isEnabled,
  readinessOf,
  readServer,
  secretsOf,
  serverOf,
  type EnabledServer,
  type JsonObject,
  type Manifest,
  type Profile,
  type ProfileServer,
  type ServerReadiness,
  type ServerStatus,
} from '#mcp';
import { secretBody, withoutUndefined } from './catalog-bodies.ts';
import type { McpManagement } from './management.ts';
import { problemOf } from './problem.ts';

export interface ServerFactsReader {
  rows(profile: Profile, options: Cancel): Promise<Pick<McpServersBody, 'servers' | 'problems'>>;
  /** @throws AppError `mcp.server_not_found`, `mcp.catalog_invalid` */
  one(profile: Profile, name: string, options: Cancel): Promise<McpServerBody>;
}

const longestText = 4000;
const longestReadme = 200_000;

/** What is known of the servers of a profile: from their entries, from what people keep, and from the gateway. Starts nothing. */
export function createServerFacts(management: McpManagement, { log }: { log: Log }): ServerFactsReader {
  const { secrets, gateways } = management;

  const row = async (
    server: ProfileServer,
    { enabled, status, manifest, has, cancel }: RowParts,
  ): Promise<McpServerRow> => {
    const { entry } = enabled;
    const readiness = readinessOf(server, entry, has);
    // What cannot be judged now, such as without an Engine, is no reason to hide the rest.
    const found = await gateways.check(enabled, cancel).catch((error: unknown) => {
      log.debug('an MCP server cannot be judged', { server: entry.name, error });
      return [];
    });
    const failure = status?.error && problemOf(errorOf(status.error));
    const problems = [...found.map(problemOf), ...(failure ? [failure] : [])];
    const tools = toolsOf(server, enabled, manifest);
    return {
      name: entry.name,
      ...withoutUndefined({
        title: entry.title,
        description: entry.description?.slice(0, longestText),
        image: entry.image,
        url: entry.remote?.url,
      }),
      type: entry.type,
      origin: enabled.origin,
      state: stateOf({ found, readiness, status, entry }),
      problems,
      readiness,
      ...(tools.from === 'nobody'
        ? {}
        : { tools: { total: tools.list.length, enabled: tools.list.filter((tool) => tool.enabled).length } }),
      calls: status?.calls ?? 0,
      failures: status?.failures ?? 0,
      ...withoutUndefined({ latencyMs: status?.latencyMs, lastCallAt: status?.lastCallAt }),
    };
  };

  const partsOf = async (
    profile: Profile,
    enabled: EnabledServer,
    { statuses, cancel }: { statuses: readonly ServerStatus[]; cancel: Cancel },
  ): Promise<RowParts> => {
    const { entry } = enabled;
    const known = new Set<string>();
    const names = [...secretsOf(entry), `oauth/${entry.name}`];
    await Promise.all(names.map(async (name) => ((await secrets.has(name)) ? known.add(name) : undefined)));
    return {
      enabled,
      status: statuses.find(({ name }) => name === entry.name),
      manifest: await gateways.manifest(profile.id, enabled),
      has: (name) => known.has(name),
      cancel,
    };
  };

  return {
    async rows(profile, cancel) {
      const statuses = await gateways.status(profile.id);
      const problems: McpServersBody['problems'] = [];
      const rows = await Promise.all(
        profile.servers.map(async (server) => {
          let enabled: EnabledServer;
          try {
            enabled = enabledServer(server, { profile: profile.id, readServer });
          } catch (error) {
            problems.push({ server: server.name, error: problemOf(toAppError(error)) });
            return [];
          }
          return [await row(server, await partsOf(profile, enabled, { statuses, cancel }))];
        }),
      );
      return { servers: rows.flat(), problems };
    },
    async one(profile, name, cancel) {
      const server = serverOf(profile, name);
      const enabled = enabledServer(server, { profile: profile.id, readServer });
      const { entry } = enabled;
      const parts = await partsOf(profile, enabled, { statuses: await gateways.status(profile.id), cancel });
      const kept = new Map((await secrets.list()).map((one) => [one.name, one.provider]));
      using grants = await management.grants();
      const tools = toolsOf(server, enabled, parts.manifest);
      return {
        ...(await row(server, parts)),
        profile: profile.id,
        ...withoutUndefined({ readme: entry.readme?.slice(0, longestReadme) }),
        config: { schemas: [...entry.config], values: server.config, problems: [...configProblems(server)] },
        secrets: entry.secrets.map((secret) => ({
          ...secretBody(secret),
          isSet: parts.has(secret.name),
          ...withoutUndefined({ provider: kept.get(secret.name) }),
        })),
        oauth: (entry.oauth?.providers ?? []).map(({ provider }) => ({
          provider,
          isSignedIn: parts.has(`oauth/${provider}`) || parts.has(`oauth/${entry.name}`),
        })),
        grants: grants
          .current()
          .filter((grant) => grant.server === entry.name || grant.server === '*')
          .map(({ path, mode }) => ({ path, mode })),
        toolList: [...tools.list],
        toolsFrom: tools.from,
        prompts: (parts.manifest?.prompts ?? []).map(promptBody),
        resources: resourcesOf(parts.manifest),
        limits: limitsOf(entry, gateways.limits),
      };
    },
  };
}

interface RowParts {
  readonly enabled: EnabledServer;
  readonly status: ServerStatus | undefined;
  readonly manifest: Manifest | undefined;
  readonly has: (secret: string) => boolean;
  readonly cancel: Cancel;
}

interface StateFacts {
  readonly found: readonly AppError[];
  readonly readiness: ServerReadiness;
  readonly status: ServerStatus | undefined;
  readonly entry: EnabledServer['entry'];
}

/** What a person has to do first, or how it is. */
export function stateOf({ found, readiness, status, entry }: StateFacts): McpServerState {
  const reasons = found.map(({ params }) => String(params['reason'] ?? ''));
  if (reasons.includes('config') || readiness.config === 'required' || readiness.config === 'partial')
    return 'needs_config';
  if (reasons.includes('secret')) return 'needs_secret';
  if (entry.type === 'remote' && (readiness.oauth === 'required' || readiness.oauth === 'partial'))
    return 'needs_sign_in';
  if (reasons.some((reason) => reason.startsWith('bind_'))) return 'needs_grant';
  if (found.length > 0) return 'unusable';
  if (status?.state === 'failed') return 'failed';
  return status?.state === 'starting' ? 'starting' : 'ready';
}

interface Tools {
  readonly list: readonly McpServerTool[];
  readonly from: McpServerBody['toolsFrom'];
}

/** All of them, switched off ones included: as the server says itself, else as its entry does. */
function toolsOf(server: ProfileServer, { entry }: EnabledServer, manifest: Manifest | undefined): Tools {
  if (manifest) return { from: 'asked', list: manifest.tools.map((tool) => toolBody(server, tool)) };
  const list = entry.tools.map(({ name, description, inputSchema, annotations }) =>
    toolBody(server, { name, ...withoutUndefined({ description, inputSchema, annotations }) } as JsonObject),
  );
  return { from: list.length === 0 ? 'nobody' : 'catalog', list };
}

function toolBody(server: ProfileServer, tool: JsonObject): McpServerTool {
  const name = textOf(tool['name']) ?? '';
  return {
    name,
    ...withoutUndefined({
      title: textOf(tool['title']),
      description: textOf(tool['description'])?.slice(0, longestText),
      annotations: objectOf(tool['annotations']),
    }),
    inputSchema: objectOf(tool['inputSchema']) ?? {},
    enabled: isEnabled(server, name),
  };
}

function promptBody(prompt: JsonObject): McpServerPrompt {
  const list = Array.isArray(prompt['arguments']) ? prompt['arguments'] : [];
  return {
    ...describedBody(prompt),
    arguments: list.map((one) => ({
      name: textOf(objectOf(one)?.['name']) ?? '',
      ...withoutUndefined({ description: textOf(objectOf(one)?.['description'])?.slice(0, longestText) }),
      required: objectOf(one)?.['required'] === true,
    })),
  };
}

function describedBody(item: JsonObject): { name: string; title?: string; description?: string } {
  return {
    name: textOf(item['name']) ?? '',
    ...withoutUndefined({
      title: textOf(item['title']),
      description: textOf(item['description'])?.slice(0, longestText),
    }),
  };
}

function resourcesOf(manifest: Manifest | undefined): McpServerResource[] {
  const body = (item: JsonObject, isTemplate: boolean): McpServerResource => ({
    uri: textOf(item[isTemplate ? 'uriTemplate' : 'uri']) ?? '',
    isTemplate,
    ...describedBody(item),
    ...withoutUndefined({ mimeType: textOf(item['mimeType']) }),
  });
  const { resources = [], templates = [] } = manifest ?? {};
  return [...resources.map((item) => body(item, false)), ...templates.map((item) => body(item, true))];
}

function limitsOf(entry: EnabledServer['entry'], limits: McpManagement['gateways']['limits']): McpServerBody['limits'] {
  const { network } = explainServer(entry);
  const { cpus, memoryBytes } = limits;
  return { cpus, memoryBytes, network, allowHosts: [...entry.allowHosts] };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function objectOf(value: unknown): JsonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
}

function errorOf(error: NonNullable<ServerStatus['error']>): Parameters<typeof problemOf>[0] {
  return { ...error, code: error.code as AppError['code'] };
}
