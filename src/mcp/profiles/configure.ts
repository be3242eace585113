import { AppError, closest } from '#core';
import type { Json, JsonObject } from '../types.ts';
import { changeServer, serverOf, splitTool } from './change-profile.ts';
import {
  checkSchema,
  isObject,
  joinSchemas,
  schemaAt,
  schemaDefaults,
  typesOf,
  type SchemaIssue,
} from './json-schema.ts';
import type { Profile, ProfileServer } from './types.ts';

export interface ConfigChanges {
  /** `server.key=value`; the key may go on with dots, the value is JSON if it can be. */
  readonly set: readonly string[];
  /** `server.key` */
  readonly remove: readonly string[];
}

/** @throws AppError `request.invalid` for what the server's schema does not allow; then nothing changes */
export function configure(profile: Profile, { set, remove }: ConfigChanges): Profile {
  const assignments = set.map((text) => parseAssignment(profile, text));
  const removals = remove.map((text) => keyOf(profile, text));
  for (const { server, path } of assignments) {
    if (removals.some((one) => one.server === server && one.path.join('.') === path.join('.'))) {
      const name = `${server}.${path.join('.')}`;
      throw new AppError('request.invalid', `${name} cannot be both set and deleted.`, {
        params: { reason: 'set_and_del', name },
      });
    }
  }
  let changed = profile;
  for (const { server, path } of removals) {
    if (valueAt(serverOf(changed, server).config, path) === undefined) throw notSet(server, path);
    changed = changeServer(changed, server, (one) => ({ ...one, config: without(one.config, path) }));
  }
  for (const { server, path, text } of assignments) {
    const schema = schemaOf(serverOf(changed, server));
    const value = readValue(text, schema && schemaAt(schema, path));
    changed = changeServer(changed, server, (one) => ({ ...one, config: withValue(one.config, path, value) }));
  }
  for (const name of new Set(assignments.map(({ server }) => server))) checkConfig(serverOf(changed, name));
  return changed;
}

/** Puts other values in the place of all that a server had. @throws AppError as `configure` does */
export function setConfig(profile: Profile, name: string, values: JsonObject): Profile {
  const bad = Object.keys(values).find((key) => key === '' || key === '__proto__');
  if (bad !== undefined) throw new AppError('request.invalid', `${JSON.stringify(bad)} cannot be the name of a value.`);
  const changed = changeServer(profile, name, (one) => ({ ...one, config: values }));
  if (Object.keys(values).length > 0) checkConfig(serverOf(changed, name));
  return changed;
}

/** One value, a default included; undefined when nothing is set. */
export function configValue(profile: Profile, key: string): Json | undefined {
  const { server, path } = keyOf(profile, key);
  const { config, schema } = configOf(serverOf(profile, server));
  const found = valueAt(config, path) ?? valueAt(schemaDefaults(schema ?? {}), path);
  if (found === undefined && schema && schemaAt(schema, path) === undefined) checkKnown(server, { path, schema });
  return found;
}

export interface ConfigEntry {
  /** `server.key.inner` */
  readonly key: string;
  readonly value: Json;
  readonly origin: 'set' | 'default';
}

/** Every value, nested ones with dots, with where it comes from. */
export function configEntries(profile: Profile): readonly ConfigEntry[] {
  return profile.servers.flatMap((server) => {
    const { config, schema } = configOf(server);
    const given = leaves(config, [server.name]);
    const known = new Set(given.map(([key]) => key));
    const defaults = leaves(schemaDefaults(schema ?? {}), [server.name]).filter(([key]) => !known.has(key));
    return [
      ...given.map(([key, value]): ConfigEntry => ({ key, value, origin: 'set' })),
      ...defaults.map(([key, value]): ConfigEntry => ({ key, value, origin: 'default' })),
    ];
  });
}

/** What is wrong with a server's configuration as it stands, one sentence each, required values that are missing included. */
export function configProblems(server: ProfileServer): readonly string[] {
  const { config, schema } = configOf(server);
  if (!schema) return [];
  return checkSchema(schema, { ...schemaDefaults(schema), ...config }).map((issue) => issueText(server.name, issue));
}

function configOf(server: ProfileServer): { config: JsonObject; schema: JsonObject | undefined } {
  return { config: server.config, schema: schemaOf(server) };
}

function schemaOf({ server }: ProfileServer): JsonObject | undefined {
  const config = server?.['config'];
  const schemas = Array.isArray(config) ? (config as readonly Json[]).filter(isObject) : [];
  return schemas.length > 0 ? joinSchemas(schemas) : undefined;
}

/** Values that are required but missing are no error here: they may be set one after the other. */
function checkConfig(server: ProfileServer): void {
  const schema = schemaOf(server);
  if (!schema) {
    if (server.server === undefined) return;
    throw new AppError('request.invalid', `${server.name} takes no configuration.`, {
      params: { reason: 'no_config', server: server.name },
    });
  }
  const [issue] = checkSchema(schema, server.config).filter(
    ({ problem }) => problem.kind !== 'missing' && problem.kind !== 'alternatives',
  );
  if (issue) throw issueError(server.name, issue);
}

function checkKnown(server: string, { path, schema }: { path: readonly string[]; schema: JsonObject }): void {
  const asked = path.reduceRight<Json>((inner, key) => ({ [key]: inner }), null);
  const unknown = checkSchema(schema, asked).find(({ problem }) => problem.kind === 'unknown');
  if (unknown) throw issueError(server, unknown);
}

function issueError(server: string, issue: SchemaIssue): AppError {
  const { path, problem } = issue;
  const key = [server, ...path].join('.');
  const near = problem.kind === 'unknown' ? closest(path.at(-1) ?? '', problem.known) : undefined;
  const known = problem.kind === 'unknown' ? problem.known.join(', ') : '';
  return new AppError('request.invalid', `${issueText(server, issue)}.`, {
    hint: near === undefined ? (known === '' ? undefined : `Known are: ${known}`) : `Did you mean ${near}?`,
    params: { reason: `config_${problem.kind}`, key, expected: expectedText(issue), near: near ?? '', known },
  });
}

function issueText(server: string, issue: SchemaIssue): string {
  const key = [server, ...issue.path].join('.');
  switch (issue.problem.kind) {
    case 'type':
      return `${key} must be ${issue.problem.expected}, not ${issue.problem.got}`;
    case 'unknown':
      return `${key} is not known to ${server}`;
    case 'missing':
      return `${key} is required`;
    case 'choice':
      return `${key} must be one of ${issue.problem.choices.join(', ')}`;
    case 'range':
      return `${key} must be ${issue.problem.expected}`;
    case 'alternatives':
      return `${key} fits none of the forms that ${server} allows`;
  }
}

function expectedText({ problem }: SchemaIssue): string {
  if (problem.kind === 'choice') return problem.choices.join(', ');
  return problem.kind === 'type' || problem.kind === 'range' ? problem.expected : '';
}

function notSet(server: string, path: readonly string[]): AppError {
  const key = [server, ...path].join('.');
  return new AppError('request.invalid', `${key} is not set.`, {
    hint: 'See what is set: gantry mcp profile config PROFILE --get-all',
    params: { reason: 'config_not_set', key },
  });
}

interface Key {
  readonly server: string;
  readonly path: readonly string[];
}

function keyOf(profile: Profile, text: string): Key {
  const { server, tool } = splitTool(profile, text);
  const path = tool.split('.');
  if (path.some((key) => key === '' || key === '__proto__')) {
    throw new AppError('request.invalid', `${text} is not of the form SERVER.NAME.`, {
      params: { reason: 'server_and_name', text },
    });
  }
  return { server, path };
}

function parseAssignment(profile: Profile, text: string): Key & { readonly text: string } {
  const at = text.indexOf('=');
  if (at < 0) {
    throw new AppError('request.invalid', `${text} is not of the form SERVER.NAME=VALUE.`, {
      params: { reason: 'assignment', text },
    });
  }
  return { ...keyOf(profile, text.slice(0, at)), text: text.slice(at + 1) };
}

/** JSON if it can be; but where the schema wants a text, `123` and `true` are one. */
function readValue(text: string, schema: JsonObject | undefined): Json {
  const types = typesOf(schema);
  if (types.length === 1 && types[0] === 'string' && !text.startsWith('"')) return text;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

function valueAt(from: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = from;
  for (const key of path) value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}

function withValue(from: JsonObject, [key = '', ...rest]: readonly string[], value: Json): JsonObject {
  if (rest.length === 0) return { ...from, [key]: value };
  const inner = from[key];
  return { ...from, [key]: withValue(isObject(inner) ? inner : {}, rest, value) };
}

function without(from: JsonObject, [key = '', ...rest]: readonly string[]): JsonObject {
  const { [key]: inner, ...others } = from;
  if (rest.length === 0 || !isObject(inner)) return others;
  const left = without(inner, rest);
  return Object.keys(left).length === 0 ? others : { ...others, [key]: left };
}

function leaves(value: JsonObject, path: readonly string[]): readonly (readonly [string, Json])[] {
  return Object.entries(value).flatMap(([key, one]) =>
    isObject(one) && Object.keys(one).length > 0
      ? leaves(one, [...path, key])
      : [[[...path, key].join('.'), one] as const],
  );
}
