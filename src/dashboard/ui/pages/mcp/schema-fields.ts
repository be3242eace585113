type Json = Readonly<Record<string, unknown>>;

/** A place of a form, as a JSON schema describes it. */
export interface Field {
  /** From the outermost object in. */
  readonly path: readonly string[];
  readonly label: string;
  readonly description: string | undefined;
  readonly kind: 'text' | 'number' | 'integer' | 'boolean' | 'choice' | 'list' | 'json' | 'group';
  readonly isRequired: boolean;
  /** Of `choice`, as they are sent. */
  readonly choices: readonly unknown[];
  /** What is meant when nothing is given. */
  readonly fallback: unknown;
  /** Of `list`: what each line is. */
  readonly item: 'text' | 'number';
  /** Of `group`. */
  readonly fields: readonly Field[];
}

/** What stands in each place, by `keyOf` its path. A place that is empty is not sent. */
export type Draft = Readonly<Record<string, string>>;

export interface Filled {
  readonly values: Json;
  /** What is wrong, by the key of its place. */
  readonly problems: Readonly<Record<string, 'missing' | 'number' | 'integer' | 'json'>>;
}

const deepest = 4;
const mostFields = 200;
const longestText = 2000;

export function keyOf(path: readonly string[]): string {
  return path.map((part) => part.replaceAll('/', '~1')).join('/');
}

/** The places of an object; those of several schemas one after the other. */
export function fieldsOf(schemas: readonly Json[], path: readonly string[] = []): readonly Field[] {
  const seen = new Set<string>();
  return schemas.flatMap((schema) => {
    const properties = objectOf(schema['properties']) ?? {};
    const required = Array.isArray(schema['required']) ? (schema['required'] as readonly unknown[]) : [];
    return Object.entries(properties)
      .slice(0, mostFields)
      .flatMap(([name, property]) => {
        if (seen.has(name)) return [];
        seen.add(name);
        return [fieldOf(objectOf(property) ?? {}, { path: [...path, name], isRequired: required.includes(name) })];
      });
  });
}

function fieldOf(schema: Json, { path, isRequired }: { path: readonly string[]; isRequired: boolean }): Field {
  const kind = kindOf(schema, path.length);
  return {
    path,
    label: textOf(schema['title']) ?? path.at(-1) ?? '',
    description: textOf(schema['description']),
    kind,
    isRequired,
    choices: kind === 'choice' ? (schema['enum'] as readonly unknown[]).slice(0, mostFields) : [],
    fallback: schema['default'],
    item: typeOf(objectOf(schema['items']) ?? {}) === 'string' ? 'text' : 'number',
    fields: kind === 'group' ? fieldsOf([schema], path) : [],
  };
}

function kindOf(schema: Json, depth: number): Field['kind'] {
  const { enum: choices } = schema;
  if (Array.isArray(choices) && choices.length > 0 && choices.every((one) => typeof one !== 'object')) return 'choice';
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
      const item = typeOf(objectOf(schema['items']) ?? {});
      return item === 'string' || item === 'number' || item === 'integer' ? 'list' : 'json';
    }
    case 'object':
      return objectOf(schema['properties']) !== undefined && depth < deepest ? 'group' : 'json';
    default:
      return 'json';
  }
}

function typeOf({ type }: Json): string | undefined {
  if (typeof type === 'string') return type;
  const types = Array.isArray(type) ? (type as readonly unknown[]).filter((one) => one !== 'null') : [];
  const [only] = types;
  return types.length === 1 && typeof only === 'string' ? only : undefined;
}

/** The form as values that are there fill it. */
export function draftOf(fields: readonly Field[], values: Json): Draft {
  const draft: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.path.at(-1) ?? ''];
    if (field.kind === 'group') Object.assign(draft, draftOf(field.fields, objectOf(value) ?? {}));
    else if (value !== undefined) draft[keyOf(field.path)] = textIn(field, value);
  }
  return draft;
}

function textIn({ kind }: Field, value: unknown): string {
  if (kind === 'list' && Array.isArray(value)) return value.map(String).join('\n');
  return kind === 'text' && typeof value === 'string' ? value : JSON.stringify(value, undefined, 2);
}

/** What the form says, and what is wrong with it. */
export function valuesOf(fields: readonly Field[], draft: Draft): Filled {
  const values: Record<string, unknown> = {};
  const problems: Record<string, Filled['problems'][string]> = {};
  for (const field of fields) {
    const name = field.path.at(-1) ?? '';
    const key = keyOf(field.path);
    if (field.kind === 'group') {
      const inner = valuesOf(field.fields, draft);
      const isEmpty = Object.keys(inner.values).length === 0;
      // What is missing in something that need not be there is not missed.
      if (!isEmpty || field.isRequired) {
        Object.assign(problems, inner.problems);
        values[name] = inner.values;
      }
      continue;
    }
    const text = draft[key] ?? '';
    if (text === '' || (field.kind !== 'text' && text.trim() === '')) {
      if (field.isRequired && field.fallback === undefined) problems[key] = 'missing';
      continue;
    }
    const read = readValue(field, text);
    if ('problem' in read) problems[key] = read.problem;
    else values[name] = read.value;
  }
  return { values, problems };
}

function readValue(
  { kind, item }: Field,
  text: string,
): { readonly value: unknown } | { readonly problem: Filled['problems'][string] } {
  switch (kind) {
    case 'number':
    case 'integer': {
      const value = Number(text);
      if (!Number.isFinite(value)) return { problem: 'number' };
      return kind === 'integer' && !Number.isInteger(value) ? { problem: 'integer' } : { value };
    }
    case 'boolean':
      return { value: text === 'true' };
    case 'list': {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      if (item === 'text') return { value: lines };
      const numbers = lines.map(Number);
      return numbers.every(Number.isFinite) ? { value: numbers } : { problem: 'number' };
    }
    case 'json':
    case 'choice':
      try {
        return { value: JSON.parse(text) as unknown };
      } catch {
        return { problem: 'json' };
      }
    case 'text':
    case 'group':
      return { value: text };
  }
}

function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, longestText) : undefined;
}
