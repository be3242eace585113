import { AppError, type Env } from '#core';
import { parse } from 'yaml';
import { gatewayFile, type GatewayFile } from './config-file.ts';
import { providers, type Provider } from './providers.ts';

/** One upstream behind an alias. */
export interface Deployment {
  /** `provider/name`, for messages. */
  readonly label: string;
  readonly model: string;
  readonly style: Provider['style'];
  readonly baseUrl: string;
  readonly apiKey: string | undefined;
  readonly apiVersion: string | undefined;
  readonly timeoutMs: number;
  readonly retries: number;
}

export interface GatewayConfig {
  readonly aliases: ReadonlyMap<string, readonly Deployment[]>;
  /** Aliases to try when all upstreams of one have failed. */
  readonly fallbacks: ReadonlyMap<string, readonly string[]>;
  readonly masterKey: string | undefined;
  /** Settings of the file that have no effect, to be told. */
  readonly unused: readonly string[];
}

const defaultTimeoutMs = 600_000;
const defaultRetries = 1;

/** @throws AppError `settings.invalid` that names the place in the file */
export function readGatewayConfig(text: string, { file, env }: { file: string; env: Env }): GatewayConfig {
  const raw = parseYaml(text, file);
  const variables = { ...env, ...variablesOf(raw) };
  const parsed = gatewayFile.safeParse(resolveValues(raw, { variables, file, path: [] }));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw invalid(file, `${issue?.path.join('.') || 'the file'}: ${issue?.message ?? 'not as expected'}`);
  }
  const config = parsed.data;
  const aliases = new Map<string, Deployment[]>();
  for (const entry of config.model_list) {
    const deployment = deploymentOf(entry, { file, variables, general: config.general_settings ?? {} });
    aliases.set(entry.model_name, [...(aliases.get(entry.model_name) ?? []), deployment]);
  }
  const fallbacks = new Map((config.general_settings?.fallbacks ?? []).flatMap((one) => Object.entries(one)));
  for (const name of [...fallbacks].flatMap(([from, to]) => [from, ...to])) {
    if (!aliases.has(name)) throw invalid(file, `general_settings.fallbacks: there is no model_name ${name}`);
  }
  return { aliases, fallbacks, masterKey: config.general_settings?.master_key, unused: unusedIn(config) };
}

function parseYaml(text: string, file: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    throw invalid(file, cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause));
  }
}

/** `environment_variables` may themselves refer to the environment, but not to each other. */
function variablesOf(raw: unknown): Record<string, string> {
  if (typeof raw !== 'object' || raw === null || !('environment_variables' in raw)) return {};
  const values = raw.environment_variables;
  if (typeof values !== 'object' || values === null) return {};
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}

/** Puts variables in: a whole value `os.environ/NAME`, or `${NAME}` anywhere in one. */
function resolveValues(
  value: unknown,
  place: { variables: Env; file: string; path: readonly (string | number)[] },
): unknown {
  const { variables, file, path } = place;
  if (Array.isArray(value)) {
    return value.map((one, index) => resolveValues(one, { ...place, path: [...path, index] }));
  }
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, resolveValues(one, { ...place, path: [...path, key] })]),
    );
  }
  if (typeof value !== 'string') return value;
  const lookUp = (name: string): string => {
    const found = variables[name];
    if (found !== undefined && found !== '') return found;
    throw invalid(file, `${path.join('.')}: the variable ${name} is not set`);
  };
  const whole = /^os\.environ\/(.+)$/.exec(value)?.[1];
  if (whole !== undefined) return lookUp(whole);
  return value.replaceAll(/\$\{([A-Za-z_]\w*)\}/g, (_all, name: string) => lookUp(name));
}

function deploymentOf(
  { model_name: alias, params }: GatewayFile['model_list'][number],
  { file, variables, general }: { file: string; variables: Env; general: NonNullable<GatewayFile['general_settings']> },
): Deployment {
  const at = params.model.indexOf('/');
  const name = params.model.slice(0, at);
  const provider = Object.hasOwn(providers, name) ? providers[name] : undefined;
  if (!provider) {
    throw invalid(file, `${alias}: there is no provider ${name}; known are ${Object.keys(providers).join(', ')}`);
  }
  const baseUrl = params.api_base ?? provider.baseUrl;
  if (baseUrl === undefined) throw invalid(file, `${alias}: ${name} needs api_base`);
  if (provider.style === 'azure' && params.api_version === undefined) {
    throw invalid(file, `${alias}: ${name} needs api_version`);
  }
  const key = provider.keyVariable === undefined ? undefined : variables[provider.keyVariable];
  const seconds = params.timeout ?? general.request_timeout;
  return {
    label: params.model,
    model: params.model.slice(at + 1),
    style: provider.style,
    baseUrl: baseUrl.replace(/\/+$/, ''),
    apiKey: params.api_key ?? (key || undefined),
    apiVersion: params.api_version,
    timeoutMs: seconds === undefined ? defaultTimeoutMs : seconds * 1000,
    retries: params.max_retries ?? general.num_retries ?? defaultRetries,
  };
}

function unusedIn(config: GatewayFile): readonly string[] {
  const limits = ['tpm', 'rpm', 'max_parallel_requests'] as const;
  const names = new Set<string>();
  for (const entry of config.model_list) {
    for (const name of limits) if (entry[name] !== undefined) names.add(name);
    if (entry.params.drop_params !== undefined) names.add('drop_params');
  }
  for (const name of Object.keys(config.gateway_settings ?? {})) names.add(`gateway_settings.${name}`);
  return [...names];
}

function invalid(file: string, reason: string): AppError {
  return new AppError('settings.invalid', `${file} is not a gateway configuration: ${reason}.`, {
    params: { file, reason: 'gateway', detail: reason },
  });
}
