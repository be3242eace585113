import type { AppError } from '#core';
import type { BindRules } from '../../launch/binds.ts';
import { planLaunch, type LaunchContext } from '../../launch/plan-launch.ts';
import { planTool } from '../../launch/plan-tool.ts';
import type { CatalogServer, ContainerLaunch, JsonObject, PlannedValue, RemoteLaunch } from '../../types.ts';
import { explainMounts, type Mounts } from './mounts.ts';
import { placeholders, requiredKeys } from './placeholders.ts';

/** A container that would run, or a server elsewhere that would be asked. Secrets are shown as `$name`. */
export type PlannedRun =
  | {
      readonly kind: 'container';
      /** The tool whose calls it is for; undefined for one that serves all of its server's tools. */
      readonly tool: string | undefined;
      readonly image: string;
      readonly command: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly mounts: readonly string[];
      readonly user: string | undefined;
      readonly network: 'none' | 'open';
      /** Where it may go when the gateway blocks networks. */
      readonly allowHosts: readonly string[];
      readonly extraHosts: readonly string[];
      readonly capabilities: readonly string[];
      readonly livesFor: 'call' | 'session';
    }
  | {
      readonly kind: 'remote';
      readonly url: string;
      readonly transport: 'streamable-http' | 'sse';
      readonly headers: Readonly<Record<string, string>>;
      readonly scopes: readonly string[];
    };

/** What would run for an entry as it comes from its catalogue, and what has to be given before it can. */
export interface Explained {
  /** `container mcp/time`, `remote https://…`, `tools curl/curl:8`. */
  readonly runs: string;
  readonly network: 'none' | 'open' | 'remote';
  readonly plan: readonly PlannedRun[];
  /** Secrets that must be set. */
  readonly secrets: readonly string[];
  /** Keys of the configuration that must have a value. */
  readonly config: readonly string[];
  /** Services to sign in to. */
  readonly oauth: readonly string[];
  /** Folders and files of this machine that must be granted. */
  readonly grants: readonly string[];
  /** Why it can never run as it is. */
  readonly broken: readonly string[];
}

export interface ExplainOptions {
  /** What is configured; the rest is shown as `<key>`. */
  readonly config?: JsonObject | undefined;
  /** Grants and files of this machine; without them a path is judged by its name. */
  readonly binds?: Omit<BindRules, 'server'> | undefined;
}

export function explainServer(server: CatalogServer, { config = {}, binds }: ExplainOptions = {}): Explained {
  const oauth = server.oauth?.providers.map(({ provider }) => provider) ?? [];
  const needs = {
    secrets: server.secrets.filter(({ required }) => required).map(({ name }) => name),
    config: requiredKeys(server.config),
    oauth,
  };
  const context: LaunchContext = {
    secrets: new Set([...server.secrets.map(({ name }) => name), ...oauth.map((provider) => `oauth/${provider}`)]),
    binds: { grants: [], userHome: '/', temporaryFolders: [], realPath: (path) => path },
    blockNetwork: false,
    limits: { cpus: 0, memoryBytes: 0, pids: 0 },
    readOnlyRoot: 'auto',
  };
  if (server.type === 'poci') return { ...explainTools(server, { context, binds }), ...needs };
  const given = { ...placeholders(server.config), ...config };
  const values = { [server.name.replaceAll('.', '_')]: given };
  const mounts = explainMounts(server.name, { volumes: server.volumes, values, rules: binds });
  const decision = planLaunch(
    { entry: { ...server, volumes: [] }, config: given, tools: undefined, origin: '' },
    context,
  );
  const problems = [...(decision.kind === 'refused' ? decision.problems : []), ...mounts.broken];
  const plan =
    decision.kind === 'refused'
      ? []
      : [decision.plan.kind === 'remote' ? remoteRun(decision.plan) : containerRun(decision.plan, { server, mounts })];
  return { ...summary(server, plan), plan, ...needs, grants: mounts.grants, broken: textsOf(problems) };
}

function explainTools(
  server: CatalogServer,
  { context, binds }: { context: LaunchContext; binds: ExplainOptions['binds'] },
): Pick<Explained, 'runs' | 'network' | 'plan' | 'grants' | 'broken'> {
  const each = server.tools.flatMap((tool) => {
    const { container } = tool;
    if (!container) return [];
    const args = placeholders(tool.inputSchema ? [tool.inputSchema] : []);
    const mounts = explainMounts(server.name, { volumes: container.volumes, values: args, rules: binds });
    const bare = { ...tool, container: { ...container, volumes: [] } };
    const decision = planTool(server, { tool: bare, args, context });
    const problems = [...(decision.kind === 'refused' ? decision.problems : []), ...mounts.broken];
    const plan = decision.kind === 'refused' ? [] : [containerRun(decision.plan, { server, mounts, tool: tool.name })];
    return [{ image: container.image, plan, mounts, problems }];
  });
  return {
    runs: `tools ${[...new Set(each.map(({ image }) => image))].join(', ')}`,
    network: server.disableNetwork ? 'none' : 'open',
    plan: each.flatMap(({ plan }) => plan),
    // What a call's arguments name is judged with the call.
    grants: [...new Set(each.flatMap(({ mounts }) => mounts.grants))].filter((path) => !path.startsWith('<')),
    broken: textsOf(each.flatMap(({ problems }) => problems)),
  };
}

function summary(server: CatalogServer, [run]: readonly PlannedRun[]): Pick<Explained, 'runs' | 'network'> {
  if (server.type === 'remote') {
    return { runs: `remote ${run?.kind === 'remote' ? run.url : (server.remote?.url ?? '')}`, network: 'remote' };
  }
  if (run?.kind !== 'container') {
    return { runs: `container ${server.image ?? ''}`, network: server.disableNetwork ? 'none' : 'open' };
  }
  const words = [run.image, ...run.command].filter((word) => word !== '');
  return { runs: `container ${words.join(' ')}`, network: run.network };
}

function containerRun(
  plan: ContainerLaunch,
  { server, mounts, tool }: { server: CatalogServer; mounts: Mounts; tool?: string },
): PlannedRun {
  return {
    kind: 'container',
    tool,
    image: plan.image,
    command: plan.command.map(valueText),
    env: textsOfValues(plan.env),
    mounts: mounts.mounts,
    user: plan.user,
    network: plan.network.kind === 'none' ? 'none' : 'open',
    allowHosts: tool === undefined ? server.allowHosts : [],
    extraHosts: plan.extraHosts,
    capabilities: plan.capabilities,
    livesFor: tool === undefined && server.longLived ? 'session' : 'call',
  };
}

function remoteRun({ url, transport, headers, oauth }: RemoteLaunch): PlannedRun {
  return { kind: 'remote', url, transport, headers: textsOfValues(headers), scopes: oauth?.scopes ?? [] };
}

function textsOfValues(values: Readonly<Record<string, PlannedValue>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, valueText(value)]));
}

function valueText(value: PlannedValue): string {
  if (value.kind === 'text') return value.text;
  return value.parts.map((part) => (typeof part === 'string' ? part : `$${part.secret}`)).join('');
}

function textsOf(problems: readonly AppError[]): readonly string[] {
  return [...new Set(problems.map(({ message }) => message))];
}
