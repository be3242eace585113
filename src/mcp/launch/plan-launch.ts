import type { AppError } from '#core';
import type {
  CatalogServer,
  ContainerLimits,
  ContainerLaunch,
  EnabledServer,
  JsonObject,
  LaunchDecision,
  PlannedNetwork,
  PlannedValue,
} from '../types.ts';
import { parseAllowedHost } from './allowed-hosts.ts';
import { decideBind, type BindRules } from './binds.ts';
import { expand, expandItem, plainText, unknownFunctions, type Scope } from './expand.ts';
import { planRemote } from './plan-remote.ts';
import { bindRefused, capabilityRefused, configMissing, notInCatalog, secretMissing } from './problems.ts';

export interface LaunchContext {
  /** Names of the secrets that there are; `secretsOf` says which to ask for. */
  readonly secrets: ReadonlySet<string>;
  readonly binds: Omit<BindRules, 'server'>;
  /** Whether a server gets no network but to the hosts that its entry allows. */
  readonly blockNetwork: boolean;
  readonly limits: ContainerLimits;
  readonly readOnlyRoot: ContainerLaunch['readOnlyRoot'];
}

/** What an ordinary `docker run` gives; more than this is never given. */
const ordinaryCapabilities = new Set(
  'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE NET_RAW SETFCAP SETGID SETPCAP SETUID SYS_CHROOT'.split(
    ' ',
  ),
);
const environmentName = /^[A-Za-z_][A-Za-z0-9_.-]*$/;
const imageName = /^[a-zA-Z0-9][a-zA-Z0-9._/:@-]{0,511}$/;
const userName = /^[A-Za-z0-9_][A-Za-z0-9_.-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/;
const extraHost = /^[A-Za-z0-9_.-]+[:=]([0-9A-Fa-f:.[\]]+|host-gateway)$/;

/** Names of the secrets that a server may use, its OAuth tokens included. */
export function secretsOf({ secrets, oauth }: CatalogServer): readonly string[] {
  const tokens = oauth?.providers.map(({ provider }) => oauthSecret(provider)) ?? [];
  return [...new Set([...secrets.map(({ name }) => name), ...tokens])];
}

export function oauthSecret(provider: string): string {
  return `oauth/${provider}`;
}

/** Decides what runs for a server, or says all that is missing. Pure but for `binds.realPath`. */
export function planLaunch(enabled: EnabledServer, context: LaunchContext): LaunchDecision {
  const { entry } = enabled;
  if (entry.type === 'remote')
    return planRemote(enabled, { values: valuesOf(enabled), ...secretScope(entry, context) });
  if (entry.type === 'poci' || entry.image === undefined) {
    return { kind: 'refused', problems: [notInCatalog(entry.name, 'image', String(entry.image))] };
  }
  const values = valuesOf(enabled);
  const { variables, problems } = secretScope(entry, context);
  problems.push(...missingConfig(enabled, values));
  const env = environment(entry, { values, variables, unknown: 'empty' }, problems);
  const scope: Scope = { values, variables: new Map([...variables, ...Object.entries(env)]), unknown: 'keep' };
  const command = entry.command.flatMap((item) => expandItem(item, scope));
  const binds = planBinds(entry.name, { volumes: entry.volumes, scope, rules: context.binds, problems });
  const network = planNetwork(entry, context, problems);
  const plan: ContainerLaunch = {
    kind: 'container',
    server: entry.name,
    image: checked(entry.image, imageName, { server: entry.name, field: 'image', problems }),
    command,
    env,
    binds: binds.binds,
    user: planUser(entry.user, { server: entry.name, scope, problems }),
    capabilities: planCapabilities(entry, binds.onHost, problems),
    extraHosts: entry.extraHosts.map((one) =>
      checked(one, extraHost, { server: entry.name, field: 'extra host', problems }),
    ),
    network,
    limits: context.limits,
    readOnlyRoot: context.readOnlyRoot,
  };
  const texts = [...Object.values(env), ...command].flatMap((value) =>
    value.kind === 'text' ? [value.text] : value.parts,
  );
  if (texts.some((text) => typeof text === 'string' && text.includes('\0'))) {
    problems.push(notInCatalog(entry.name, 'value', 'a NUL character'));
  }
  if (problems.length > 0) return { kind: 'refused', problems };
  return { kind: 'plan', plan, notes: notesOn(entry, command) };
}

/** The configuration as templates see it: below the server's name, with the defaults of its schemas. */
function valuesOf({ entry, config }: EnabledServer): JsonObject {
  return { [entry.name.replaceAll('.', '_')]: { ...defaultsOf(entry.config), ...config } };
}

function propertiesOf(schema: JsonObject): JsonObject {
  const properties = schema['properties'];
  return isObject(properties) ? properties : {};
}

function defaultsOf(schemas: readonly JsonObject[]): JsonObject {
  const defaults = schemas.flatMap((schema) =>
    Object.entries(propertiesOf(schema)).flatMap(([name, property]) =>
      isObject(property) && property['default'] !== undefined ? [[name, property['default']] as const] : [],
    ),
  );
  return Object.fromEntries(defaults);
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function missingConfig({ entry }: EnabledServer, values: JsonObject): readonly AppError[] {
  const own = values[entry.name.replaceAll('.', '_')];
  const required = entry.config.flatMap((schema) => (Array.isArray(schema['required']) ? schema['required'] : []));
  return [...new Set(required)].flatMap((key) =>
    typeof key === 'string' && isObject(own) && own[key] === undefined ? [configMissing(entry.name, key)] : [],
  );
}

/** Secrets by the variable that they go to. One that need not be there, and is not, is an empty text for who names it. */
function secretScope(
  { name: server, secrets, oauth }: CatalogServer,
  { secrets: known }: LaunchContext,
): { variables: Map<string, PlannedValue>; problems: AppError[] } {
  const variables = new Map<string, PlannedValue>();
  const problems: AppError[] = [];
  const token = (secret: string): string | undefined => {
    const provider = oauth?.providers.find((one) => one.secret === secret)?.provider;
    return provider !== undefined && known.has(oauthSecret(provider)) ? oauthSecret(provider) : undefined;
  };
  for (const { name, env, required } of secrets) {
    if (!environmentName.test(env)) problems.push(notInCatalog(server, 'variable', env));
    const secret = token(name) ?? (known.has(name) ? name : undefined);
    if (secret !== undefined) variables.set(env, { kind: 'secret', parts: [{ secret }] });
    else if (required) problems.push(secretMissing(server, name));
    else variables.set(env, { kind: 'text', text: '' });
  }
  for (const { provider, env } of oauth?.providers ?? []) {
    const secret = oauthSecret(provider);
    if (env !== '' && !variables.has(env) && known.has(secret))
      variables.set(env, { kind: 'secret', parts: [{ secret }] });
  }
  return { variables, problems };
}

/** Variables of the container; those without a value are not set at all. */
function environment(entry: CatalogServer, scope: Scope, problems: AppError[]): Readonly<Record<string, PlannedValue>> {
  const known = new Map(scope.variables);
  for (const { name, value } of entry.env) {
    if (!environmentName.test(name)) problems.push(notInCatalog(entry.name, 'variable', name));
    known.set(name, expand(value, { ...scope, variables: known }));
  }
  return Object.fromEntries([...known].filter(([, value]) => value.kind === 'secret' || value.text !== ''));
}

export interface BindInput {
  readonly volumes: readonly string[];
  readonly scope: Scope;
  readonly rules: Omit<BindRules, 'server'>;
  readonly problems: AppError[];
  /** Templates are filled by somebody who may not choose among the volumes of the Engine. */
  readonly foreign?: boolean | undefined;
}

export function planBinds(
  server: string,
  { volumes, scope, rules, problems, foreign = false }: BindInput,
): { readonly binds: readonly string[]; readonly onHost: boolean } {
  const binds: string[] = [];
  let onHost = false;
  for (const item of volumes.flatMap((volume) => expandItem(volume, { ...scope, variables: new Map() }))) {
    if (item.kind !== 'text' || item.text === '') continue;
    const decision = decideBind(item.text, { ...rules, server });
    const isVolume = decision.kind === 'bind' && !decision.onHost && decision.bind.includes(':');
    if (foreign && isVolume && !volumes.includes(item.text)) {
      problems.push(bindRefused(server, { kind: 'refused', reason: 'forbidden', path: item.text, mode: 'ro' }));
    } else if (decision.kind === 'refused') problems.push(bindRefused(server, decision));
    else {
      binds.push(decision.bind);
      onHost ||= decision.onHost;
    }
  }
  return { binds: [...new Set(binds)], onHost };
}

export function planUser(
  user: string | undefined,
  { server, scope, problems }: { server: string; scope: Scope; problems: AppError[] },
): string | undefined {
  const text = user === undefined ? '' : plainText(user, scope);
  return text === '' ? undefined : checked(text, userName, { server, field: 'user', problems });
}

/** Who is root in a container without this right cannot read what belongs to the user whose folder it was given. */
function planCapabilities(entry: CatalogServer, onHost: boolean, problems: AppError[]): readonly string[] {
  const wanted = entry.capabilities.map((one) => one.toUpperCase().replace(/^CAP_/, ''));
  for (const one of wanted) if (!ordinaryCapabilities.has(one)) problems.push(capabilityRefused(entry.name, one));
  return [...new Set([...wanted, ...(onHost ? ['DAC_OVERRIDE'] : [])])];
}

function planNetwork(
  { name, disableNetwork, allowHosts }: CatalogServer,
  { blockNetwork }: LaunchContext,
  problems: AppError[],
): PlannedNetwork {
  const allow = allowHosts.flatMap((text) => {
    const parsed = parseAllowedHost(text);
    if (!parsed) problems.push(notInCatalog(name, 'allowed host', text));
    return parsed ? [parsed] : [];
  });
  if (disableNetwork) return { kind: 'none' };
  if (!blockNetwork) return { kind: 'open' };
  return allow.length > 0 ? { kind: 'egress', allow } : { kind: 'none' };
}

export function checked(
  text: string,
  pattern: RegExp,
  { server, field, problems }: { server: string; field: string; problems: AppError[] },
): string {
  if (!pattern.test(text)) problems.push(notInCatalog(server, field, text));
  return text;
}

function notesOn({ name, env, command, volumes }: CatalogServer, planned: readonly PlannedValue[]): readonly string[] {
  const unknown = [...env.map(({ value }) => value), ...command, ...volumes].flatMap(unknownFunctions);
  return [
    ...[...new Set(unknown)].map(
      (one) => `${name} uses the template function ${one}, which does not exist; it changes nothing.`,
    ),
    ...(planned.some(({ kind }) => kind === 'secret')
      ? [`${name} takes a secret on its command line, where other users of the machine can see it while it runs.`]
      : []),
  ];
}
