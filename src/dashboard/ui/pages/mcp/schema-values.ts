import { keyOf, objectOf, type Field } from './schema-fields.ts';

type Json = Readonly<Record<string, unknown>>;

/** What stands in each place, by `keyOf` its path. A place that is empty is not sent; of `items` it is how many there are. */
export type Draft = Readonly<Record<string, string>>;

export type FieldProblem =
  | 'missing'
  | 'number'
  | 'integer'
  | 'json'
  | 'pattern'
  | 'short'
  | 'long'
  | 'small'
  | 'large'
  | 'few'
  | 'many';

export interface Filled {
  readonly values: Json;
  /** What is wrong, by the key of its place. */
  readonly problems: Readonly<Record<string, FieldProblem>>;
}

const mostItems = 100;

/** The places of the item at a position of `items`. */
export function itemFields(field: Field, at: number): readonly Field[] {
  const moved = (one: Field): Field => ({
    ...one,
    path: [...field.path, String(at), ...one.path.slice(field.path.length)],
    fields: one.fields.map(moved),
  });
  return field.fields.map(moved);
}

export function itemCount(field: Field, draft: Draft): number {
  return Math.min(mostItems, Number(draft[keyOf(field.path)] ?? 0) || 0);
}

export function withItem(field: Field, draft: Draft): Draft {
  return { ...draft, [keyOf(field.path)]: String(Math.min(mostItems, itemCount(field, draft) + 1)) };
}

/** Those after it move up. */
export function withoutItem(field: Field, draft: Draft, at: number): Draft {
  const key = keyOf(field.path);
  const count = itemCount(field, draft);
  const kept: Record<string, string> = { [key]: String(Math.max(0, count - 1)) };
  for (const [place, text] of Object.entries(draft)) {
    if (place === key) continue;
    const inside = place.startsWith(`${key}/`) ? place.slice(key.length + 1) : undefined;
    if (inside === undefined) {
      kept[place] = text;
      continue;
    }
    const [first = '', ...rest] = inside.split('/');
    const position = Number(first);
    if (position === at) continue;
    kept[[key, position > at ? position - 1 : position, ...rest].join('/')] = text;
  }
  return kept;
}

/** The form as values that are there fill it. */
export function draftOf(fields: readonly Field[], values: Json): Draft {
  const draft: Record<string, string> = {};
  for (const field of fields) {
    const value = values[field.path.at(-1) ?? ''];
    if (field.kind === 'group') Object.assign(draft, draftOf(field.fields, objectOf(value) ?? {}));
    else if (field.kind === 'items') {
      if (!Array.isArray(value)) continue;
      const list = (value as readonly unknown[]).slice(0, mostItems);
      draft[keyOf(field.path)] = String(list.length);
      list.forEach((one, at) => Object.assign(draft, draftOf(itemFields(field, at), objectOf(one) ?? {})));
    } else if (value !== undefined) draft[keyOf(field.path)] = textIn(field, value);
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
  const problems: Record<string, FieldProblem> = {};
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
    if (field.kind === 'items') {
      const count = itemCount(field, draft);
      const all = Array.from({ length: count }, (_none, at) => valuesOf(itemFields(field, at), draft));
      for (const one of all) Object.assign(problems, one.problems);
      if (count > 0 || (field.isRequired && field.fallback === undefined)) values[name] = all.map((one) => one.values);
      const wrong = name in values ? countProblem(field, count) : undefined;
      if (wrong) problems[key] = wrong;
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

type Read = { readonly value: unknown } | { readonly problem: FieldProblem };

function readValue(field: Field, text: string): Read {
  switch (field.kind) {
    case 'number':
    case 'integer':
      return readNumber(field, text);
    case 'boolean':
      return { value: text === 'true' };
    case 'list': {
      const lines = text.split('\n').filter((line) => line.trim() !== '');
      const wrong = countProblem(field, lines.length);
      if (wrong) return { problem: wrong };
      if (field.item === 'text') return { value: lines };
      const numbers = lines.map(Number);
      return numbers.every(Number.isFinite) ? { value: numbers } : { problem: 'number' };
    }
    case 'json':
    case 'choice':
    case 'choices':
      return readJson(field, text);
    case 'text':
      return readText(field, text);
    case 'group':
    case 'items':
      return { value: text };
  }
}

function readNumber({ kind, rules }: Field, text: string): Read {
  const value = Number(text);
  if (!Number.isFinite(value)) return { problem: 'number' };
  if (kind === 'integer' && !Number.isInteger(value)) return { problem: 'integer' };
  if (rules.minimum !== undefined && value < rules.minimum) return { problem: 'small' };
  if (rules.maximum !== undefined && value > rules.maximum) return { problem: 'large' };
  return { value };
}

function readText({ rules }: Field, text: string): Read {
  const { pattern, minLength, maxLength } = rules;
  if (minLength !== undefined && text.length < minLength) return { problem: 'short' };
  if (maxLength !== undefined && text.length > maxLength) return { problem: 'long' };
  if (pattern !== undefined && text.length <= 1000 && !new RegExp(pattern, 'u').test(text))
    return { problem: 'pattern' };
  return { value: text };
}

function readJson(field: Field, text: string): Read {
  try {
    const value = JSON.parse(text) as unknown;
    const wrong = field.kind === 'choices' && Array.isArray(value) ? countProblem(field, value.length) : undefined;
    return wrong ? { problem: wrong } : { value };
  } catch {
    return { problem: 'json' };
  }
}

function countProblem({ rules }: Field, count: number): FieldProblem | undefined {
  if (rules.minItems !== undefined && count < rules.minItems) return 'few';
  return rules.maxItems !== undefined && count > rules.maxItems ? 'many' : undefined;
}
