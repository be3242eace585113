import { isObject } from '../../http/body.ts';
import { refuseSchema } from './refuse.ts';

export type Raw = Readonly<Record<string, unknown>>;

/** Everything that a value must be, put together from the keywords of all schemas that apply to it at once. */
export interface Facts {
  readonly types: ReadonlySet<JsonType>;
  readonly values?: readonly unknown[] | undefined;
  readonly numbers: readonly Raw[];
  readonly strings: readonly Raw[];
  readonly arrays: readonly Raw[];
  readonly objects: readonly Raw[];
}

export type JsonType = 'null' | 'boolean' | 'number' | 'integer' | 'string' | 'array' | 'object';
const allTypes: readonly JsonType[] = ['null', 'boolean', 'number', 'string', 'array', 'object'];

/** Assertions that no grammar of ours holds. */
const refused = new Set([
  'if',
  'dependentSchemas',
  'contains',
  'minContains',
  'maxContains',
  'patternProperties',
  '$dynamicRef',
  '$recursiveRef',
]);

const keywordsOf = {
  numbers: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  strings: ['minLength', 'maxLength', 'pattern', 'format'],
  arrays: ['items', 'prefixItems', 'additionalItems', 'minItems', 'maxItems', 'uniqueItems', 'unevaluatedItems'],
  objects: [
    'properties',
    'required',
    'additionalProperties',
    'minProperties',
    'maxProperties',
    'propertyNames',
    'dependentRequired',
    'dependencies',
    'unevaluatedProperties',
  ],
} as const;

const anyFacts: Facts = { types: new Set(allTypes), numbers: [], strings: [], arrays: [], objects: [] };
const mostAlternatives = 200;

export interface SchemaReader {
  /** The ways in which a value can satisfy all the schemas; none when it cannot. */
  read(schemas: readonly unknown[]): readonly Facts[];
}

interface Pending {
  readonly schema: unknown;
  /** The schemas that this one stands in. */
  readonly within: ReadonlySet<unknown>;
}

/** Reads schemas of one document. `spend` is called once per schema read, and throws when that was too much. */
export function createSchemaReader(document: unknown, spend: () => void): SchemaReader {
  /** Schemas whose `oneOf` was looked at, or is: a branch may lead back to it. */
  const checked = new Set<unknown>();

  const checkBranches = (schema: Raw, branches: readonly unknown[]): void => {
    if (checked.has(schema)) return;
    checked.add(schema);
    checkDisjoint(branches, (branch) => follow([{ schema: branch, within: new Set([schema]) }], anyFacts, new Set()));
  };

  const follow = (queue: readonly Pending[], known: Facts, seen: ReadonlySet<unknown>): readonly Facts[] => {
    const [first, ...rest] = queue;
    if (!first) return [settled(known)].filter(({ types }) => types.size > 0);
    spend();
    const { schema } = first;
    // A schema that is its own alternative adds nothing; one that applies twice does so once.
    if (first.within.has(schema)) return [];
    if (schema === true || seen.has(schema)) return follow(rest, known, seen);
    if (schema === false) return [];
    if (!isObject(schema)) throw refuseSchema('schema', 'must be an object, true or false');
    checkKeywords(schema);
    if (isNever(schema['not'])) return [];
    if (Object.hasOwn(schema, 'not')) throw refuseSchema('not', 'cannot be held by a grammar');
    const met = meet(known, schema);
    if (!met) return [];
    const within = new Set(first.within).add(schema);
    const inside = (also: unknown): Pending => ({ schema: also, within });
    const next = [...rest];
    if (schema['$ref'] !== undefined) next.push(inside(resolve(document, schema['$ref'])));
    if (schema['allOf'] !== undefined) next.push(...list(schema, 'allOf').map(inside));
    let ways: readonly (readonly Pending[])[] = [next];
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      if (schema[keyword] === undefined) continue;
      const branches = list(schema, keyword);
      if (branches.length * ways.length > mostAlternatives) throw tooMany(keyword);
      if (keyword === 'oneOf') checkBranches(schema, branches);
      ways = ways.flatMap((way) => branches.map((branch) => [...way, inside(branch)]));
    }
    const now = new Set(seen).add(schema);
    const facts: Facts[] = [];
    for (const way of ways) {
      facts.push(...follow(way, met, now));
      if (facts.length > mostAlternatives) throw tooMany('anyOf');
    }
    return facts;
  };
  return {
    read: (schemas) =>
      follow(
        schemas.map((schema) => ({ schema, within: new Set() })),
        anyFacts,
        new Set(),
      ),
  };
}

function tooMany(keyword: string): Error {
  return refuseSchema(keyword, `has more than ${mostAlternatives} alternatives`);
}

/** A keyword that is about one type leaves all others free; a model that is told of properties shall give an object. */
function settled(facts: Facts): Facts {
  if (facts.types.size < allTypes.length || facts.values) return facts;
  const told: JsonType[] = [];
  if (facts.objects.length > 0) told.push('object');
  if (facts.arrays.length > 0) told.push('array');
  if (facts.strings.length > 0) told.push('string');
  if (facts.numbers.length > 0) told.push('number');
  return told.length === 0 ? facts : { ...facts, types: new Set(told) };
}

function checkKeywords(schema: Raw): void {
  for (const keyword of Object.keys(schema)) {
    if (refused.has(keyword)) throw refuseSchema(keyword, 'cannot be held by a grammar');
  }
}

const isNever = (not: unknown): boolean => not === true || (isObject(not) && Object.keys(not).length === 0);

function list(schema: Raw, keyword: string): readonly unknown[] {
  const value = schema[keyword];
  if (!Array.isArray(value) || value.length === 0) throw refuseSchema(keyword, 'must be an array that is not empty');
  return value;
}

function resolve(document: unknown, reference: unknown): unknown {
  if (typeof reference !== 'string' || !/^#(\/|$)/.test(reference)) {
    throw refuseSchema('$ref', 'must point into the schema itself, such as "#/$defs/name"');
  }
  let place: unknown = document;
  for (const part of reference.split('/').slice(1)) {
    const key = decode(part).replaceAll('~1', '/').replaceAll('~0', '~');
    const inside = Array.isArray(place) ? Object.assign(Object.create(null), place) : place;
    place = isObject(inside) && Object.hasOwn(inside, key) ? inside[key] : undefined;
    if (place === undefined) throw refuseSchema('$ref', `points to "${reference.slice(0, 100)}", which is not there`);
  }
  return place;
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw refuseSchema('$ref', 'is not valid percent-encoding');
  }
}

function meet(known: Facts, schema: Raw): Facts | undefined {
  const facts = { ...known, types: meetTypes(known.types, typesOf(schema)) };
  for (const kind of ['numbers', 'strings', 'arrays', 'objects'] as const) {
    if (keywordsOf[kind].some((keyword) => schema[keyword] !== undefined)) facts[kind] = [...known[kind], schema];
  }
  const given = valuesOf(schema);
  if (given) facts.values = known.values ? known.values.filter((value) => includes(given, value)) : given;
  return facts.types.size === 0 || facts.values?.length === 0 ? undefined : facts;
}

function valuesOf(schema: Raw): readonly unknown[] | undefined {
  const listed = schema['enum'] === undefined ? undefined : list(schema, 'enum');
  if (!Object.hasOwn(schema, 'const')) return listed;
  return listed && !includes(listed, schema['const']) ? [] : [schema['const']];
}

function includes(values: readonly unknown[], value: unknown): boolean {
  const wanted = canonical(value);
  return values.some((other) => canonical(other) === wanted);
}

/** The same text for the same JSON value, whatever the order of its keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isObject(inner) ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1))) : inner,
  );
}

function typesOf({ type }: Raw): ReadonlySet<JsonType> {
  if (type === undefined) return new Set(allTypes);
  const named: readonly unknown[] = Array.isArray(type) ? type : [type];
  const known = named.filter((name): name is JsonType => name === 'integer' || allTypes.some((one) => one === name));
  if (known.length !== named.length || known.length === 0) throw refuseSchema('type', 'names no type of JSON');
  return new Set(known);
}

function meetTypes(left: ReadonlySet<JsonType>, right: ReadonlySet<JsonType>): ReadonlySet<JsonType> {
  const both = new Set<JsonType>();
  for (const type of left) {
    if (right.has(type)) both.add(type);
    else if (type === 'number' && right.has('integer')) both.add('integer');
    else if (type === 'integer' && right.has('number')) both.add('integer');
  }
  if (both.has('number')) both.delete('integer');
  return both;
}

/** `oneOf` admits what satisfies exactly one branch; that holds by itself only where no value satisfies two. */
function checkDisjoint(branches: readonly unknown[], read: (branch: unknown) => readonly Facts[]): void {
  const all = branches.map(read);
  for (const [index, left] of all.entries()) {
    for (const right of all.slice(index + 1)) {
      if (left.some((one) => right.some((other) => !areDisjoint(one, other, read)))) {
        throw refuseSchema('oneOf', 'has branches that one value could satisfy at once; use anyOf');
      }
    }
  }
}

function areDisjoint(left: Facts, right: Facts, read: (branch: unknown) => readonly Facts[]): boolean {
  if (left.values && right.values) return !left.values.some((value) => includes(right.values ?? [], value));
  const common = meetTypes(left.types, right.types);
  for (const [known, other] of [
    [left, right],
    [right, left],
  ] as const) {
    if (known.values) return !known.values.some((value) => hasType(other, value));
  }
  if (common.size === 0) return true;
  if (common.size > 1 || !common.has('object')) return false;
  // Objects are told apart by a property that both require, with values of their own.
  const tags = (facts: Facts): Map<string, readonly unknown[]> => {
    const required = new Set(
      facts.objects.flatMap((schema) => (Array.isArray(schema['required']) ? schema['required'] : [])),
    );
    const found = new Map<string, readonly unknown[]>();
    for (const { properties } of facts.objects) {
      for (const [name, schema] of Object.entries(isObject(properties) ? properties : {})) {
        const ways = required.has(name) ? read(schema) : [];
        const values = ways.map((way) => way.values);
        if (ways.length > 0 && values.every((one) => one !== undefined)) found.set(name, values.flat());
      }
    }
    return found;
  };
  const [ours, theirs] = [tags(left), tags(right)];
  for (const [name, values] of ours) {
    const others = theirs.get(name);
    if (others && !values.some((value) => includes(others, value))) return true;
  }
  return false;
}

export function typeOf(value: unknown): JsonType {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string') {
    return typeof value as JsonType;
  }
  return 'object';
}

export function hasType({ types }: Facts, value: unknown): boolean {
  const type = typeOf(value);
  return types.has(type) || (type === 'number' && types.has('integer') && Number.isInteger(value));
}
