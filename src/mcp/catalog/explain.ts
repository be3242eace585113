import { planLaunch } from '../launch/plan-launch.ts';
import type { CatalogServer, JsonObject, LaunchPlan, PlannedValue } from '../types.ts';
import { isObject } from './reading/parse-document.ts';

/** What would run for an entry as it comes from its catalogue, and what has to be given before it can. */
export interface Explained {
  /** `container mcp/time`, `remote https://…`, `3 tools in containers`. */
  readonly runs: string;
  readonly network: 'none' | 'open' | 'remote';
  /** Secrets that must be set. */
  readonly secrets: readonly string[];
  /** Keys of the configuration that must have a value. */
  readonly config: readonly string[];
  /** Services to sign in to. */
  readonly oauth: readonly string[];
  /** Why it can never run as it is. */
  readonly broken: readonly string[];
}

export function explainServer(server: CatalogServer): Explained {
  const secrets = server.secrets.filter(({ required }) => required).map(({ name }) => name);
  const oauth = server.oauth?.providers.map(({ provider }) => provider) ?? [];
  const config = requiredKeys(server.config);
  const needs = { secrets, config, oauth };
  if (server.type === 'poci') {
    const images = server.tools.flatMap(({ container }) => (container ? [container.image] : []));
    const runs = `tools ${[...new Set(images)].join(', ')}`;
    return { runs, network: 'open', ...needs, broken: [] };
  }
  const decision = planLaunch(
    { entry: { ...server, volumes: [] }, config: placeholders(server.config), tools: undefined, origin: '' },
    {
      secrets: new Set([...server.secrets.map(({ name }) => name), ...oauth.map((provider) => `oauth/${provider}`)]),
      binds: { grants: [], userHome: '/', temporaryFolders: [], realPath: (path) => path },
      blockNetwork: false,
      limits: { cpus: 0, memoryBytes: 0, pids: 0 },
      readOnlyRoot: 'auto',
    },
  );
  if (decision.kind === 'plan') return { ...shown(decision.plan), ...needs, broken: [] };
  const broken = decision.problems.filter(({ code }) => code !== 'mcp.not_configured').map(({ message }) => message);
  const runs = server.type === 'remote' ? `remote ${server.remote?.url ?? ''}` : `container ${server.image ?? ''}`;
  return { runs, network: server.type === 'remote' ? 'remote' : 'open', ...needs, broken };
}

function shown(plan: LaunchPlan): Pick<Explained, 'runs' | 'network'> {
  if (plan.kind === 'remote') return { runs: `remote ${plan.url}`, network: 'remote' };
  const words = [plan.image, ...plan.command.map(valueText)].filter((word) => word !== '');
  return { runs: `container ${words.join(' ')}`, network: plan.network.kind === 'none' ? 'none' : 'open' };
}

function valueText(value: PlannedValue): string {
  if (value.kind === 'text') return value.text;
  return value.parts.map((part) => (typeof part === 'string' ? part : `$${part.secret}`)).join('');
}

function requiredKeys(schemas: readonly JsonObject[]): readonly string[] {
  return schemas.flatMap(({ required, properties }) => {
    if (!Array.isArray(required)) return [];
    return required.filter(
      (key): key is string =>
        typeof key === 'string' && defaultOf(isObject(properties) ? properties : {}, key) === undefined,
    );
  });
}

function defaultOf(properties: JsonObject, key: string): unknown {
  const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
  return isObject(property) ? property['default'] : undefined;
}

/** `<key>` for what a user has to give, so that the plan shows where it goes. */
function placeholders(schemas: readonly JsonObject[]): JsonObject {
  const keys = schemas.flatMap(({ properties }) => (isObject(properties) ? Object.entries(properties) : []));
  return Object.fromEntries(
    keys.map(([key, schema]) => {
      const type = isObject(schema) ? schema['type'] : 'string';
      const given = isObject(schema) ? schema['default'] : undefined;
      if (given !== undefined) return [key, given];
      if (type === 'array') return [key, [`<${key}>`]];
      if (type === 'object') return [key, {}];
      if (type === 'boolean') return [key, false];
      return [key, type === 'integer' || type === 'number' ? 0 : `<${key}>`];
    }),
  );
}
