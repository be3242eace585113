import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { generatedCatalog, type GeneratedServer } from '#testing';
import { checkSchema } from '../../profiles/json-schema.ts';
import type { CatalogEntry } from '../reading/content.ts';
import { readContent } from '../reading/read-content.ts';
import { explainEntry, type ExplainedServer } from './explain-catalog.ts';

const { registry } = generatedCatalog(300);

/** What a field may be seen in. */
type Seen = 'plan' | 'needs' | 'listed' | 'tools' | 'inspected';

interface Field {
  /** Where it is; lists on the way are left out. */
  readonly path: string;
  readonly other: unknown;
  readonly seen: Seen;
  /** What it cannot be, with a word of the refusal. */
  readonly bad?: readonly [unknown, string];
}

const field = (path: string, other: unknown, seen: Seen): Field => ({ path, other, seen });

/** Every key of contract mcp-toolkit §2.1, those that gateways do not read included. */
const fields: readonly Field[] = [
  { ...field('type', 'remote', 'inspected'), bad: [{}, 'type'] },
  { ...field('image', 'example/other:2', 'plan'), bad: [['x'], 'image'] },
  { ...field('description', 'Another', 'listed'), bad: [['x'], 'description'] },
  { ...field('title', 'Another', 'listed'), bad: [{}, 'title'] },
  { ...field('icon', 'https://example.com/other.png', 'inspected'), bad: [[], 'icon'] },
  { ...field('readme', 'https://example.com/other.md', 'inspected'), bad: [[], 'readme'] },
  { ...field('longLived', false, 'plan'), bad: ['yes', 'longLived'] },
  { ...field('remote.url', 'https://other.example.com/mcp', 'plan'), bad: ['file:///etc/passwd', 'address'] },
  { ...field('remote.transport_type', 'sse', 'plan'), bad: ['pigeon', 'pigeon'] },
  { ...field('remote.headers', { 'X-Other': 'x' }, 'plan'), bad: [['x'], 'headers'] },
  { ...field('sseEndpoint', 'https://other.example.com/sse', 'plan'), bad: ['nowhere', 'address'] },
  { ...field('oauth.providers.provider', 'other', 'needs'), bad: ['', 'provider'] },
  { ...field('oauth.providers.secret', 'other.token', 'inspected'), bad: [{}, 'secret'] },
  { ...field('oauth.providers.env', 'OTHER', 'inspected'), bad: [{}, 'env'] },
  { ...field('oauth.scopes', ['write'], 'plan'), bad: ['write', 'scopes'] },
  { ...field('secrets.name', 'other.token', 'needs'), bad: ['', 'secrets'] },
  { ...field('secrets.env', 'OTHER', 'plan'), bad: ['A=B', 'secrets'] },
  { ...field('secrets.example', 'other', 'inspected'), bad: [{}, 'secrets'] },
  { ...field('secrets.description', 'other', 'inspected'), bad: [{}, 'secrets'] },
  { ...field('secrets.required', true, 'needs'), bad: ['no', 'secrets'] },
  { ...field('env.name', 'OTHER', 'plan'), bad: ['A=B', 'env'] },
  { ...field('env.value', 'other', 'plan'), bad: [{}, 'env'] },
  { ...field('command', ['--other'], 'plan'), bad: ['--other', 'command'] },
  { ...field('volumes', ['other:/other'], 'plan'), bad: ['x', 'volumes'] },
  { ...field('user', 'root', 'plan'), bad: [{}, 'user'] },
  { ...field('disableNetwork', false, 'plan'), bad: ['no', 'disableNetwork'] },
  { ...field('allowHosts', ['other.example.com:443'], 'plan'), bad: ['x', 'allowHosts'] },
  { ...field('extraHosts', ['other:10.0.0.1'], 'plan'), bad: ['x', 'extraHosts'] },
  { ...field('tools.name', 'other', 'tools'), bad: ['', 'tools'] },
  { ...field('tools.description', 'other', 'tools'), bad: [{}, 'tools'] },
  { ...field('tools.arguments.name', 'other', 'tools'), bad: ['', 'tools'] },
  { ...field('tools.arguments.type', 'integer', 'tools'), bad: [{}, 'tools'] },
  { ...field('tools.arguments.items', { type: 'integer' }, 'tools'), bad: ['x', 'tools'] },
  { ...field('tools.arguments.desc', 'other', 'tools'), bad: [{}, 'tools'] },
  { ...field('tools.arguments.optional', false, 'tools'), bad: ['no', 'tools'] },
  field('tools.annotations.title', 'other', 'tools'),
  field('tools.annotations.readOnlyHint', false, 'tools'),
  field('tools.annotations.destructiveHint', true, 'tools'),
  field('tools.annotations.idempotentHint', false, 'tools'),
  field('tools.annotations.openWorldHint', true, 'tools'),
  { ...field('tools.container.image', 'curl/other:1', 'plan'), bad: [{}, 'tools'] },
  { ...field('tools.container.command', ['--other'], 'plan'), bad: ['x', 'tools'] },
  { ...field('tools.container.volumes', ['other:/other'], 'plan'), bad: ['x', 'tools'] },
  { ...field('tools.container.user', 'root', 'plan'), bad: [{}, 'tools'] },
  { ...field('tools.parameters.type', 'string', 'tools'), bad: [{}, 'tools'] },
  { ...field('tools.parameters.properties', { other: { type: 'string' } }, 'tools'), bad: ['x', 'tools'] },
  { ...field('tools.parameters.required', [], 'tools'), bad: ['x', 'tools'] },
  field('config.name', 'other', 'inspected'),
  field('config.description', 'other', 'inspected'),
  field('config.type', 'string', 'inspected'),
  field('config.properties', { count: { type: 'integer', default: 7 } }, 'plan'),
  field('config.required', ['nested'], 'needs'),
  field('config.anyOf', [], 'inspected'),
  { ...field('prefix', 'other', 'listed'), bad: [{}, 'prefix'] },
  field('metadata.pulls', 77, 'listed'),
  field('metadata.stars', 77, 'listed'),
  field('metadata.githubStars', 77, 'listed'),
  field('metadata.category', 'other', 'listed'),
  field('metadata.tags', ['other'], 'listed'),
  field('metadata.license', 'other', 'listed'),
  field('metadata.owner', 'other', 'listed'),
  field('metadata.registryUrl', 'https://example.com/other', 'listed'),
  // Kept for who exports the entry again, and shown with the whole of it. What an entry says of its own permission decides nothing.
  field('policy.allowed', false, 'inspected'),
  field('policy.reason', 'other', 'inspected'),
  field('policy.error', 'other', 'inspected'),
  field('dateAdded', '2026-02-02T00:00:00Z', 'inspected'),
  field('ref', 'other', 'inspected'),
  field('toolsUrl', 'https://example.com/other.json', 'inspected'),
  field('source', 'https://example.com/other', 'inspected'),
  field('upstream', 'https://example.com/other', 'inspected'),
  field('prompts', 9, 'listed'),
  field('resources', 9, 'listed'),
  field('dynamic', { tools: false }, 'inspected'),
];

/** Ours, beyond the contract. */
const own = ['capabilities'];
/** Maps whose keys are anybody's. */
const open = new Set([
  'remote.headers',
  'tools.arguments.items',
  'tools.parameters.properties',
  'config.properties',
  'config.anyOf',
  'dynamic',
  'resources',
]);

function pathsOf(value: unknown, at = ''): readonly string[] {
  if (open.has(at)) return [at];
  if (Array.isArray(value)) return value.flatMap((one) => pathsOf(one, at));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([key, one]) => pathsOf(one, at === '' ? key : `${at}.${key}`));
}

/** The value with another one in the first place that the path leads to. */
function replaced(value: unknown, [key = '', ...rest]: readonly string[], other: unknown): unknown {
  if (Array.isArray(value)) {
    const index = value.findIndex((one) => has(one, [key, ...rest]));
    return value.map((one, at) => (at === index ? replaced(one, [key, ...rest], other) : one));
  }
  const object = value as Record<string, unknown>;
  return { ...object, [key]: rest.length === 0 ? other : replaced(object[key], rest, other) };
}

function has(value: unknown, [key, ...rest]: readonly string[]): boolean {
  if (key === undefined) return true;
  if (Array.isArray(value)) return value.some((one) => has(one, [key, ...rest]));
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? has((value as Record<string, unknown>)[key], rest)
    : false;
}

function read(entry: unknown, name: string): { entry: CatalogEntry | undefined; problem: string | undefined } {
  const { entries, problems } = readContent(stringify({ registry: { [name]: entry } }), { where: 'x.yaml' });
  return { entry: entries[0], problem: problems[0]?.reason };
}

function seenIn(entry: unknown, name: string): Record<Seen, unknown> {
  const { entry: one, problem } = read(entry, name);
  if (!one) throw new Error(problem);
  const { plan, runs, network, secrets, config, oauth, grants, broken, here: _here, ...listed } = explained(one);
  return {
    plan: { plan, runs, network, broken },
    needs: { secrets, config, oauth, grants },
    listed,
    tools: one.server.tools.map(({ container: _container, ...tool }) => tool),
    inspected: one.wire,
  };
}

function explained({ server }: CatalogEntry): ExplainedServer {
  return explainEntry(server, undefined);
}

/** Its name and itself. */
type Named = readonly [string, GeneratedServer];
const entriesWith = (path: readonly string[]): readonly Named[] =>
  Object.entries(registry).filter(([, entry]) => has(entry, path));

function firstWith(path: readonly string[]): Named {
  const [first] = entriesWith(path);
  if (!first) throw new Error(`No entry has ${path.join('.')}.`);
  return first;
}

describe('a generated catalogue of 300 servers', () => {
  it('has every field of the contract, in more than one entry, and no other', () => {
    const found = new Set(Object.values(registry).flatMap((entry) => pathsOf(entry)));
    expect([...found].filter((path) => !own.includes(path)).toSorted()).toEqual(
      fields.map(({ path }) => path).toSorted(),
    );
    for (const { path } of fields) expect(entriesWith(path.split('.')).length, path).toBeGreaterThan(5);
  });

  it('has configuration of every type, and each refuses what is of another', () => {
    const [schema] = read(registry['container-0'], 'container-0').entry?.server.config ?? [];
    const wrong = {
      text: 1,
      kind: 'medium',
      count: 0,
      share: 'x',
      on: 'yes',
      paths: [1],
      home: [],
      nested: { deep: 1 },
    };
    const right = {
      text: 'x',
      kind: 'small',
      count: 2,
      share: 0.5,
      on: true,
      paths: ['/a'],
      home: '/b',
      nested: { deep: 'x' },
    };
    expect(Object.keys(schema?.['properties'] ?? {})).toEqual(Object.keys(right));
    expect(checkSchema(schema ?? {}, right)).toEqual([]);
    for (const [key, value] of Object.entries(wrong)) {
      const issues = checkSchema(schema ?? {}, { ...right, [key]: value });
      expect(
        issues.map(({ path }) => path[0]),
        key,
      ).toEqual([key]);
    }
  });

  it('says of each what would run, and of none that it cannot', () => {
    for (const [name, entry] of Object.entries(registry)) {
      const { entry: one } = read(entry, name);
      if (!one) throw new Error(name);
      const { plan, broken, runs } = explained(one);
      expect({ name, broken, runs: plan.length }).toEqual({ name, broken: [], runs: 1 });
      const [run] = plan;
      expect(runs, name).toContain(run?.kind === 'remote' ? run.url : run?.image);
    }
  });

  it('is the same for the same seed and another for another', () => {
    expect(generatedCatalog(300)).toEqual(generatedCatalog(300));
    expect(generatedCatalog(300, { seed: 2 })).not.toEqual(generatedCatalog(300));
  });
});

describe('a field of an entry', () => {
  it.each(fields.map((one) => [one.path, one] as const))('%s is seen where it matters', (path, { other, seen }) => {
    const keys = path.split('.');
    const [name, whole] = firstWith(keys);
    const [before, after] = [seenIn(whole, name), seenIn(replaced(whole, keys, other), name)];
    expect(after[seen]).not.toEqual(before[seen]);
    if (seen === 'inspected') expect(after.plan).toEqual(before.plan);
  });

  it.each(fields.flatMap(({ path, bad }) => (bad ? [[path, ...bad] as const] : [])))(
    '%s cannot be %j',
    (path, value, word) => {
      const keys = path.split('.');
      const [name, whole] = firstWith(keys);
      const { entry, problem } = read(replaced(whole, keys, value), name);
      const said = problem ?? (entry ? explained(entry).broken.join(' ') : '');
      expect(said).toContain(word);
    },
  );

  it.each([
    ['volumes', ['/:/host'], '/, which no server may ever have'],
    ['volumes', ['a:b:c:d'], 'volume that cannot be'],
    ['allowHosts', ['x:y'], 'allowed host that cannot be'],
    ['extraHosts', ['x'], 'extra host that cannot be'],
    ['user', 'a b', 'user that cannot be'],
    ['image', 'a b', 'image that cannot be'],
    ['capabilities', ['SYS_ADMIN'], 'capability SYS_ADMIN'],
    ['remote.headers', { 'a b': 'x' }, 'header that cannot be'],
    ['tools.container.volumes', ['/dev:/dev'], '/dev, which no server may ever have'],
  ])('%s of %j is said to keep it from running', (path, value, reason) => {
    const keys = path.split('.');
    const [name, whole] = firstWith(keys);
    const { entry } = read(replaced(whole, keys, value), name);
    if (!entry) throw new Error('not read');
    expect(explained(entry).broken.join(' ')).toContain(reason);
  });
});
