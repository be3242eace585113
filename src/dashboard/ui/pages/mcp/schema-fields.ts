type Json = Readonly<Record<string, unknown>>;

/** One of a few values, as it is sent and as it is shown. */
export interface Choice {
  readonly value: unknown;
  readonly label: string;
}

/** What a value has to keep to, as far as it is checked here; the server checks all of it. */
export interface Rules {
  readonly pattern?: string | undefined;
  readonly minLength?: number | undefined;
  readonly maxLength?: number | undefined;
  readonly minimum?: number | undefined;
  readonly maximum?: number | undefined;
  readonly minItems?: number | undefined;
  readonly maxItems?: number | undefined;
}

/** A place of a form, as a JSON schema describes it. */
export interface Field {
  /** From the outermost object in. */
  readonly path: readonly string[];
  readonly label: string;
  readonly description: string | undefined;
  /** `choices`: several of a few. `list`: a value a line. `items`: a list of groups. */
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'choices' | 'list' | 'items' | 'json' | 'group';
  readonly isRequired: boolean;
  /** Is not shown while it is typed. */
  readonly isSecret: boolean;
  /** Of `choice` and `choices`. */
  readonly choices: readonly Choice[];
  /** What is meant when nothing is given. */
  readonly fallback: unknown;
  /** Of `text`: `email`, `date-time`, `uri` and others, for people. */
  readonly format: string | undefined;
  readonly rules: Rules;
  /** Of `list`: what each line is. */
  readonly item: 'text' | 'number';
  /** Of `group`; of `items` those of one of them, whose path has no place in the list yet. */
  readonly fields: readonly Field[];
}

const deepest = 6;
const mostFields = 200;
const longestText = 2000;

export function keyOf(path: readonly string[]): string {
  return path.map((part) => part.replaceAll('/', '~1')).join('/');
}

/** The places of an object; those of several schemas one after the other. */
export function fieldsOf(schemas: readonly Json[]): readonly Field[] {
  return schemas
    .flatMap((schema) => fieldsIn(schema, { root: schema, path: [] }))
    .filter(({ path: [name] }, at, all) => all.findIndex(({ path: [other] }) => other === name) === at);
}

interface At {
  /** Where references lead to. */
  readonly root: Json;
  readonly path: readonly string[];
}

function fieldsIn(schema: Json, { root, path }: At): readonly Field[] {
  const properties = objectOf(schema['properties']) ?? {};
  const required = Array.isArray(schema['required']) ? (schema['required'] as readonly unknown[]) : [];
  return Object.entries(properties)
    .slice(0, mostFields)
    .map(([name, property]) =>
      fieldOf(objectOf(property) ?? {}, { root, path: [...path, name], isRequired: required.includes(name) }),
    );
}

function fieldOf(raw: Json, { root, path, isRequired }: At & { readonly isRequired: boolean }): Field {
  const schema = plain(raw, root);
  const items = plain(objectOf(schema['items']) ?? {}, root);
  const kind = kindOf(schema, { items, depth: path.length });
  const format = textOf(schema['format']);
  return {
    path,
    label: textOf(schema['title']) ?? path.at(-1) ?? '',
    description: textOf(schema['description']),
    kind,
    isRequired,
    isSecret: format === 'password' || schema['writeOnly'] === true,
    choices: kind === 'choice' ? choicesOf(schema) : kind === 'choices' ? choicesOf(items) : [],
    fallback: schema['default'],
    format,
    rules: rulesOf(schema),
    item: typeOf(items) === 'string' ? 'text' : 'number',
    fields:
      kind === 'group' ? fieldsIn(schema, { root, path }) : kind === 'items' ? fieldsIn(items, { root, path }) : [],
  };
}

/** Without references inside the schema, and without the choice of giving nothing. */
function plain(schema: Json, root: Json): Json {
  let at = schema;
  for (let steps = 0; steps < 8; steps += 1) {
    const named = textOf(at['$ref']);
    const merged = Array.isArray(at['allOf']) && at['allOf'].length === 1 ? objectOf(at['allOf'][0]) : undefined;
    const either = onlyOne(at['anyOf']) ?? onlyOne(at['oneOf']);
    const next = named === undefined ? (merged ?? either) : objectOf(pointed(root, named));
    if (!next) return at;
    const { $ref: _ref, allOf: _allOf, anyOf: _anyOf, oneOf: _oneOf, ...own } = at;
    at = { ...next, ...own };
  }
  return at;
}

/** `anyOf: [X, null]` is X that need not be given. */
function onlyOne(schemas: unknown): Json | undefined {
  if (!Array.isArray(schemas)) return undefined;
  const real = (schemas as readonly unknown[])
    .map(objectOf)
    .filter((one) => one !== undefined && one['type'] !== 'null');
  return real.length === 1 && schemas.length <= 2 ? real[0] : undefined;
}

function pointed(root: Json, reference: string): unknown {
  if (!reference.startsWith('#/')) return undefined;
  const words = reference.slice(2).split('/');
  return words.reduce<unknown>((at, word) => {
    const key = word.replaceAll('~1', '/').replaceAll('~0', '~');
    const inside = objectOf(at);
    return inside && Object.hasOwn(inside, key) ? inside[key] : undefined;
  }, root);
}

function kindOf(schema: Json, { items, depth }: { items: Json; depth: number }): Field['kind'] {
  if (choicesOf(schema).length > 0) return 'choice';
  switch (typeOf(schema)) {
    case 'string':
      return 'text';
    case 'number':
      return 'number';
    case 'integer':
      return 'integer';
    case 'boolean':
      return 'boolean';
    case 'array': {
      if (choicesOf(items).length > 0) return 'choices';
      const item = typeOf(items);
      if (item === 'string' || item === 'number' || item === 'integer') return 'list';
      return item === 'object' && hasPlaces(items) && depth < deepest ? 'items' : 'json';
    }
    case 'object':
      return hasPlaces(schema) && depth < deepest ? 'group' : 'json';
    default:
      return 'json';
  }
}

function hasPlaces(schema: Json): boolean {
  return Object.keys(objectOf(schema['properties']) ?? {}).length > 0;
}

/** From `enum`, with names beside it where there are some, or from constants with titles. */
function choicesOf(schema: Json): readonly Choice[] {
  const { enum: values, enumNames, oneOf, anyOf } = schema;
  const isPlain = (value: unknown): boolean => typeof value !== 'object' && value !== undefined;
  if (Array.isArray(values) && values.length > 0 && values.every(isPlain)) {
    const names = Array.isArray(enumNames) ? (enumNames as readonly unknown[]) : [];
    return (values as readonly unknown[])
      .slice(0, mostFields)
      .map((value, at) => ({ value, label: textOf(names[at]) ?? String(value) }));
  }
  const described = Array.isArray(oneOf) ? oneOf : Array.isArray(anyOf) ? anyOf : [];
  const constants = (described as readonly unknown[]).map((one) => objectOf(one) ?? {});
  if (constants.length === 0 || !constants.every((one) => isPlain(one['const']))) return [];
  return constants
    .slice(0, mostFields)
    .map((one) => ({ value: one['const'], label: textOf(one['title']) ?? String(one['const']) }));
}

function rulesOf(schema: Json): Rules {
  const number = (name: string): number | undefined =>
    typeof schema[name] === 'number' && Number.isFinite(schema[name]) ? schema[name] : undefined;
  const pattern = textOf(schema['pattern']);
  return {
    pattern: pattern !== undefined && isQuick(pattern) ? pattern : undefined,
    minLength: number('minLength'),
    maxLength: number('maxLength'),
    minimum: number('minimum'),
    maximum: number('maximum'),
    minItems: number('minItems'),
    maxItems: number('maxItems'),
  };
}

/**
 * Whether a pattern can be tried on what somebody types without a tab that hangs: a stranger wrote it. Repeated groups, references back
 * and looking around are left to the server.
 */
function isQuick(pattern: string): boolean {
  if (pattern.length > 200 || /\)\s*[*+{?]|\\[1-9k]|\(\?[=!<]/.test(pattern)) return false;
  if ((pattern.match(/[*+}]/g) ?? []).length > 6) return false;
  try {
    return new RegExp(pattern, 'u').source !== '';
  } catch {
    return false;
  }
}

function typeOf({ type }: Json): string | undefined {
  if (typeof type === 'string') return type;
  const types = Array.isArray(type) ? (type as readonly unknown[]).filter((one) => one !== 'null') : [];
  const [only] = types;
  return types.length === 1 && typeof only === 'string' ? only : undefined;
}

export function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestText) : undefined;
}
