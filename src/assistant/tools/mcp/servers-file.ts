import { isAbsolute, relative, resolve, sep } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { AppError } from '#core';
import { parseShell } from '../../permissions/parse-shell.ts';

/** Used as it is: an ordinary Compose file, each of whose services is an MCP server on standard input and output. */
export const serversFileName = 'gordon-mcp.yml';

export interface ProjectServer {
  readonly name: string;
  readonly image: string;
  readonly command: readonly string[] | undefined;
  /** Its words as the file has them, without values of variables. */
  readonly shown: readonly string[];
  readonly entrypoint: readonly string[] | undefined;
  readonly env: readonly (readonly [name: string, value: string])[];
  /** As the Engine takes them. */
  readonly binds: readonly string[];
  readonly workingDir: string | undefined;
  readonly user: string | undefined;
  readonly hasNetwork: boolean;
  readonly extraHosts: readonly string[];
  /** Names of variables whose values come from the person's environment or `.env`. */
  readonly passed: readonly string[];
}

export interface ServersFile {
  readonly servers: readonly ProjectServer[];
  /** Services that do not start as they are written, and why; and what is not used of the others. */
  readonly problems: readonly { readonly server: string; readonly problem: string }[];
}

export interface ReadServersOptions {
  readonly root: string;
  /** The value of a variable that the file names. */
  readonly variable: (name: string) => string | undefined;
  /** Where a path leads once links are followed. */
  readonly followLinks: (path: string) => string;
}

const words = z.union([z.string().max(10_000), z.array(z.coerce.string().max(10_000)).max(200)]);
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const service = z.looseObject({
  image: z.string().min(1).max(255).optional(),
  command: words.nullish(),
  entrypoint: words.nullish(),
  environment: z.union([z.record(z.string(), scalar), z.array(z.string())]).nullish(),
  volumes: z
    .array(
      z.union([
        z.string(),
        z.looseObject({
          type: z.string(),
          source: z.string().optional(),
          target: z.string(),
          read_only: z.boolean().optional(),
        }),
      ]),
    )
    .nullish(),
  working_dir: z.string().nullish(),
  user: z.coerce.string().nullish(),
  network_mode: z.string().nullish(),
  extra_hosts: z.union([z.array(z.string()), z.record(z.string(), z.string())]).nullish(),
});
const file = z.looseObject({ services: z.record(z.string().regex(/^[\w.-]{1,80}$/), z.unknown()) });

const used = new Set(Object.keys(service.shape));
/** What Compose does around a service and a server does not need. */
const harmless = new Set([
  'container_name',
  'restart',
  'stdin_open',
  'tty',
  'init',
  'labels',
  'profiles',
  'depends_on',
  'healthcheck',
  'logging',
  'stop_grace_period',
  'stop_signal',
  'pull_policy',
  'read_only',
  'cap_drop',
  'security_opt',
  'mem_limit',
  'cpus',
  'pids_limit',
  'deploy',
  'platform',
  'networks',
]);
const mostServers = 30;
/** Stands for `$` where a shell reads: a letter that nobody uses. */
const dollar = '\uE000';
/** Whoever has one of these has the machine. */
const forbiddenSources = /^\/$|^\/(?:etc|proc|sys|dev|boot|root|run|var\/run|var\/lib\/docker)(?:\/|$)|\.sock$/;

/** @throws AppError `mcp.catalog_invalid` when it is no Compose file */
export function readServersFile(text: string, options: ReadServersOptions): ServersFile {
  const document = parseDocument(text, { logLevel: 'silent' });
  const value = document.errors.length > 0 ? undefined : plainValue(document);
  const parsed = file.safeParse(value);
  if (!parsed.success) {
    const reason = document.errors[0]?.message.split('\n')[0] ?? 'it has no services';
    throw new AppError('mcp.catalog_invalid', `${serversFileName} is not a Compose file: ${reason}.`, {
      params: { path: serversFileName, reason },
    });
  }
  const servers: ProjectServer[] = [];
  const problems: { server: string; problem: string }[] = [];
  for (const [name, given] of Object.entries(parsed.data.services).slice(0, mostServers)) {
    try {
      const { server, unused } = readServer(name, given, options);
      servers.push(server);
      if (unused.length > 0) problems.push({ server: name, problem: `not used: ${unused.join(', ')}` });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problems.push({ server: name, problem: error.message });
    }
  }
  return { servers, problems };
}

class Refusal extends Error {}

function readServer(name: string, given: unknown, options: ReadServersOptions) {
  const parsed = service.safeParse(given);
  if (!parsed.success) throw new Refusal(`is not written as Compose has it: ${issueOf(parsed.error)}`);
  const { data } = parsed;
  if (data.image === undefined) throw new Refusal('has no image; building one is not supported');
  const strange = Object.keys(data).filter((key) => !used.has(key));
  const unknown = strange.filter((key) => !harmless.has(key));
  if (unknown.length > 0) throw new Refusal(`asks for what servers of a project do not get: ${unknown.join(', ')}`);
  if (data.network_mode && !['none', 'bridge', 'default'].includes(data.network_mode)) {
    throw new Refusal(`asks for the network ${data.network_mode}`);
  }
  const passed = new Set<string>();
  const fill = (text: string): string => interpolate(text, { ...options, passed });
  const env = environmentOf(data.environment).map(([key, value]): readonly [string, string] => {
    if (value !== undefined) return [key, fill(value)];
    // A name alone passes the person's own value on.
    return [key, fill(`\${${key}:?}`)];
  });
  const server: ProjectServer = {
    name,
    image: fill(data.image),
    command: wordsOf(data.command)?.map(fill),
    shown: wordsOf(data.command) ?? [],
    entrypoint: wordsOf(data.entrypoint)?.map(fill),
    env,
    binds: (data.volumes ?? []).map((volume) => bindOf(volume, { ...options, fill })),
    workingDir: data.working_dir ?? undefined,
    user: data.user ?? undefined,
    hasNetwork: data.network_mode !== 'none',
    extraHosts: Array.isArray(data.extra_hosts)
      ? data.extra_hosts.map((host) => host.replace('=', ':'))
      : Object.entries(data.extra_hosts ?? {}).map(([host, address]) => `${host}:${address}`),
    passed: [...passed],
  };
  return { server, unused: strange };
}

function environmentOf(
  given: z.output<typeof service>['environment'],
): readonly (readonly [string, string | undefined])[] {
  if (Array.isArray(given)) {
    return given.map((pair) => {
      const at = pair.indexOf('=');
      return at === -1 ? [pair, undefined] : [pair.slice(0, at), pair.slice(at + 1)];
    });
  }
  return Object.entries(given ?? {}).map(([key, value]) => [key, value === null ? undefined : String(value)]);
}

function wordsOf(given: string | readonly string[] | null | undefined): readonly string[] | undefined {
  if (given === null || given === undefined) return undefined;
  if (typeof given !== 'string') return given;
  // Variables are Compose's business and are filled in afterwards.
  const { commands, composition } = parseShell(given.replaceAll('$', dollar));
  const [only, ...more] = commands;
  if (!only || more.length > 0 || composition.length > 0 || only.words.includes(undefined)) {
    throw new Refusal('has a command that only a shell understands; write it as a list');
  }
  return only.words.flatMap((word) => (word === undefined ? [] : [word.replaceAll(dollar, '$')]));
}

type Volume = NonNullable<z.output<typeof service>['volumes']>[number];

interface BindOptions extends ReadServersOptions {
  readonly fill: (text: string) => string;
}

function bindOf(volume: Volume, { root, fill, followLinks }: BindOptions): string {
  const long = typeof volume === 'string' ? undefined : volume;
  if (long && long.type !== 'bind' && long.type !== 'volume') throw new Refusal(`mounts a ${long.type}`);
  const [first = '', second, mode = ''] = long
    ? [fill(long.source ?? ''), fill(long.target), long.read_only === true ? 'ro' : '']
    : fill(typeof volume === 'string' ? volume : '').split(':');
  const target = second ?? first;
  if (!target.startsWith('/')) throw new Refusal(`mounts to ${target}, which is not an absolute path`);
  if (second === undefined || first === '') throw new Refusal('mounts a volume without a name');
  if (mode !== '' && mode !== 'ro' && mode !== 'rw') throw new Refusal(`mounts with the unknown mode ${mode}`);
  const suffix = mode === '' ? '' : `:${mode}`;
  if (/^[A-Za-z0-9][\w.-]*$/.test(first)) return `${first}:${target}${suffix}`;
  if (first.startsWith('~')) throw new Refusal('mounts the home folder; write the whole path');
  const source = followLinks(resolve(root, first));
  const isOurs = !isOutside(source, root) && !source.endsWith('.sock');
  if (!isOurs && forbiddenSources.test(source)) throw new Refusal(`mounts ${source}, which gives the machine away`);
  return `${source}:${target}${suffix}`;
}

/** Whether a bind is of a folder outside of the project. */
export function isOutside(bind: string, root: string): boolean {
  const source = bind.split(':')[0] ?? '';
  if (!isAbsolute(source)) return false;
  const inner = relative(root, source);
  return inner === '..' || inner.startsWith(`..${sep}`) || isAbsolute(inner);
}

const variableForm = /\$(?:\$|(?<bare>[A-Za-z_]\w*)|\{(?<braced>[A-Za-z_]\w*)(?:(?<kind>:?[-?])(?<instead>[^}]*))?\})/g;

function interpolate(
  text: string,
  { variable, passed }: ReadServersOptions & { readonly passed: Set<string> },
): string {
  let filled = '';
  let from = 0;
  for (const match of text.matchAll(variableForm)) {
    const { bare, braced, kind = '', instead = '' } = match.groups ?? {};
    const name = bare ?? braced;
    filled += text.slice(from, match.index);
    from = match.index + match[0].length;
    const value = name === undefined ? '$' : variable(name);
    if (value !== undefined && (value !== '' || !kind.startsWith(':'))) {
      if (name !== undefined) passed.add(name);
      filled += value;
    } else if (kind.endsWith('-')) filled += instead;
    else throw new Refusal(`needs the variable ${name ?? ''}, which is set neither in the environment nor in .env`);
  }
  return filled + text.slice(from);
}

function plainValue(document: ReturnType<typeof parseDocument>): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch {
    return undefined;
  }
}

function issueOf({ issues }: z.ZodError): string {
  const [first] = issues;
  return first ? `${first.path.map(String).join('.')}: ${first.message}`.slice(0, 300) : 'unknown';
}
