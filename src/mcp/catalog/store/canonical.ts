import type { Json, JsonObject } from '../../types.ts';
import { isObject } from '../reading/parse-document.ts';

/**
 * The JSON that other MCP toolkits write for an entry, byte by byte, because a catalogue's digest is over it (contract mcp-toolkit
 * §2.3): fixed order of the known keys, empty ones left out unless they are always there, maps by name, and Go's escapes. Keys that
 * those do not know follow by name.
 */
type Shape =
  | { readonly kind: 'text' | 'any' | 'flag' | 'number' }
  | { readonly kind: 'list'; readonly of: Shape }
  | { readonly kind: 'map'; readonly of: Shape }
  | { readonly kind: 'struct'; readonly fields: readonly Field[]; readonly names: ReadonlySet<string> };

interface Field {
  readonly key: string;
  readonly shape: Shape;
  /** What stands there when nothing is given; undefined leaves it out. */
  readonly zero?: Json;
  /** Kept although it is empty, when it is given. */
  readonly keepsEmpty?: boolean;
}

const text: Shape = { kind: 'text' };
const any: Shape = { kind: 'any' };
const flag: Shape = { kind: 'flag' };
const number: Shape = { kind: 'number' };
const listOf = (of: Shape): Shape => ({ kind: 'list', of });
const mapOf = (of: Shape): Shape => ({ kind: 'map', of });
const struct = (...fields: readonly Field[]): Shape => ({
  kind: 'struct',
  fields,
  names: new Set(fields.map(({ key }) => key)),
});
const field = (key: string, shape: Shape): Field => ({ key, shape });
const always = (key: string, { shape, zero }: { shape: Shape; zero: Json }): Field => ({ key, shape, zero });
const alwaysText = (key: string): Field => always(key, { shape: text, zero: '' });

const items = struct(alwaysText('type'));
const property = struct(alwaysText('type'), alwaysText('description'), field('items', items));
const container = struct(
  alwaysText('image'),
  always('command', { shape: listOf(text), zero: null }),
  always('volumes', { shape: listOf(text), zero: null }),
  field('user', text),
);
const parameters = struct(
  alwaysText('type'),
  always('properties', { shape: mapOf(property), zero: null }),
  always('required', { shape: listOf(text), zero: null }),
);
const argument = struct(
  alwaysText('name'),
  alwaysText('type'),
  field('items', items),
  alwaysText('desc'),
  field('optional', flag),
);
const annotations = struct(
  field('title', text),
  ...['readOnlyHint', 'destructiveHint', 'idempotentHint', 'openWorldHint'].map((key): Field => ({
    key,
    shape: flag,
    keepsEmpty: true,
  })),
);
const tool = struct(
  alwaysText('name'),
  alwaysText('description'),
  { key: 'arguments', shape: listOf(argument), keepsEmpty: true },
  { key: 'annotations', shape: annotations, keepsEmpty: true },
  always('container', { shape: container, zero: {} }),
  always('parameters', { shape: parameters, zero: {} }),
);
const provider = struct(alwaysText('provider'), field('secret', text), field('env', text));
const remote = struct(field('url', text), field('transport_type', text), field('headers', mapOf(text)));
const metadata = struct(
  field('pulls', number),
  field('stars', number),
  field('githubStars', number),
  field('category', text),
  field('tags', listOf(text)),
  field('license', text),
  field('owner', text),
  field('registryUrl', text),
);
const server = struct(
  field('name', text),
  alwaysText('type'),
  alwaysText('image'),
  field('description', text),
  field('title', text),
  field('icon', text),
  field('readme', text),
  field('longLived', flag),
  always('remote', { shape: remote, zero: {} }),
  field('sseEndpoint', text),
  {
    key: 'oauth',
    shape: struct(field('providers', listOf(provider)), field('scopes', listOf(text))),
    keepsEmpty: true,
  },
  field('secrets', listOf(struct(alwaysText('name'), alwaysText('env')))),
  field('env', listOf(struct(alwaysText('name'), alwaysText('value')))),
  field('command', listOf(text)),
  field('volumes', listOf(text)),
  field('user', text),
  field('disableNetwork', flag),
  field('allowHosts', listOf(text)),
  field('extraHosts', listOf(text)),
  field('tools', listOf(tool)),
  field('config', listOf(any)),
  field('prefix', text),
  { key: 'metadata', shape: metadata, keepsEmpty: true },
);

const filed = struct(
  alwaysText('type'),
  field('tools', listOf(text)),
  field('source', text),
  field('image', text),
  field('endpoint', text),
  { key: 'snapshot', shape: struct(always('server', { shape: server, zero: {} })) },
);
const layer = struct(alwaysText('title'), always('servers', { shape: listOf(filed), zero: [] }));

/** The layer of an OCI catalogue. */
export function layerText(content: JsonObject): string {
  return encode(ordered(content, layer));
}

export function encode(value: Json): string {
  return JSON.stringify(value).replaceAll(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function ordered(value: Json, shape: Shape): Json {
  switch (shape.kind) {
    case 'struct':
      return isObject(value) ? orderedStruct(value, shape) : value;
    case 'list':
      return Array.isArray(value) ? (value as readonly Json[]).map((one) => ordered(one, shape.of)) : value;
    case 'map':
      return isObject(value) ? byName(value, (one) => ordered(one, shape.of)) : value;
    case 'text':
      // Unquoted numbers of YAML, where a text belongs.
      return typeof value === 'number' || typeof value === 'boolean' ? String(value) : value;
    case 'any':
      return sorted(value);
    case 'flag':
    case 'number':
      return value;
  }
}

function orderedStruct(value: JsonObject, { fields, names }: Shape & { kind: 'struct' }): JsonObject {
  const known: [string, Json][] = [];
  for (const { key, shape, zero, keepsEmpty = false } of fields) {
    const given = Object.hasOwn(value, key) ? (value[key] ?? null) : null;
    if (given !== null && (keepsEmpty || zero !== undefined || !isEmpty(given))) {
      known.push([key, ordered(given, shape)]);
    } else if (zero !== undefined) known.push([key, ordered(zero, shape)]);
  }
  const others = Object.keys(value).filter((key) => !names.has(key) && key !== 'policy');
  for (const key of others.toSorted(byBytes)) known.push([key, sorted(value[key] ?? null)]);
  return Object.fromEntries(known);
}

function isEmpty(value: Json): boolean {
  if (isObject(value)) return false;
  return Array.isArray(value) ? value.length === 0 : value === '' || value === false || value === 0;
}

function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  return isObject(value) ? byName(value, sorted) : value;
}

function byName(value: JsonObject, each: (one: Json) => Json): JsonObject {
  const entries = Object.entries(value).toSorted(([a], [b]) => byBytes(a, b));
  return Object.fromEntries(entries.map(([key, one]) => [key, each(one)]));
}

/** As the bytes of UTF-8 are ordered, which UTF-16 orders otherwise only where there are surrogates. */
function byBytes(a: string, b: string): number {
  if (/[\uD800-\uDFFF]/.test(a + b)) return Buffer.compare(Buffer.from(a), Buffer.from(b));
  return a < b ? -1 : a > b ? 1 : 0;
}
