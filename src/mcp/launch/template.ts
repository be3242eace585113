import type { Json, JsonObject } from '../types.ts';

/** A piece of a template: text as it is, or `{{path | function | …}}`. */
export type Segment =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'expression'; readonly path: readonly string[]; readonly functions: readonly TemplateFunction[] };

export interface TemplateFunction {
  readonly name: string;
  readonly argument: string | undefined;
}

/** Braces that make no expression are text. */
export function parseTemplate(template: string): readonly Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const match of template.matchAll(/\{\{([^{}]*)\}\}/g)) {
    if (match.index > from) segments.push({ kind: 'text', text: template.slice(from, match.index) });
    segments.push(parseExpression(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  if (from < template.length) segments.push({ kind: 'text', text: template.slice(from) });
  return segments;
}

function parseExpression(text: string): Segment {
  const [path = '', ...functions] = text.split('|').map((piece) => piece.trim());
  return {
    kind: 'expression',
    path: path.split('.').map((name) => name.trim()),
    functions: functions.filter((one) => one !== '').map(parseFunction),
  };
}

function parseFunction(text: string): TemplateFunction {
  const colon = text.indexOf(':');
  return colon < 0
    ? { name: text, argument: undefined }
    : { name: text.slice(0, colon).trim(), argument: text.slice(colon + 1).trim() };
}

/** What an expression gives; undefined where nothing is set. */
export function evaluate(segment: Segment & { kind: 'expression' }, scope: JsonObject): Json | undefined {
  let value = dig(scope, segment.path);
  for (const { name, argument } of segment.functions) value = functions.get(name)?.(value, argument ?? '') ?? value;
  return value;
}

export function isFunction(name: string): boolean {
  return functions.has(name);
}

function dig(scope: JsonObject, path: readonly string[]): Json | undefined {
  let value: Json | undefined = scope;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || isList(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** One text of a value: lists are joined by spaces, objects are JSON. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string') return value;
  if (isList(value)) return value.map(textOf).join(' ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || value === '' || (isList(value) && value.length === 0);
}

type Apply = (value: Json | undefined, argument: string) => Json | undefined;

const functions: ReadonlyMap<string, Apply> = new Map<string, Apply>([
  ['volume', (value) => each(value, (path) => `${path}:${targetOf(path)}`)],
  ['volume-target', (value) => each(value, targetOf)],
  ['into', (value) => (isEmpty(value) ? [] : isList(value) ? value : [value ?? ''])],
  ['first', (value) => (isList(value) ? (value[0] ?? '') : value)],
  ['last', (value) => (isList(value) ? (value.at(-1) ?? '') : value)],
  ['or', (value, fallback) => (isEmpty(value) ? literalOf(fallback) : value)],
  [
    'mount_as',
    (value, target) => {
      const first = isList(value) ? value[0] : value;
      return isEmpty(first) ? '' : `${textOf(first)}:${target}`;
    },
  ],
]);

/** Nothing stays nothing: an empty text is no path. */
function each(value: Json | undefined, apply: (path: string) => string): Json | undefined {
  if (isList(value)) return value.filter((one) => !isEmpty(one)).map((one) => apply(textOf(one)));
  return isEmpty(value) ? value : apply(textOf(value));
}

/** Where a path of this machine lies in the container: the same path, and `/C/…` for a drive of Windows. */
function targetOf(path: string): string {
  const drive = /^([A-Za-z]):[\\/](.*)$/s.exec(path);
  return drive ? `/${drive[1]}/${(drive[2] ?? '').replaceAll('\\', '/')}` : path;
}

function literalOf(text: string): Json {
  const list = /^\[(.*)\]$/s.exec(text);
  if (!list) return text;
  const inside = (list[1] ?? '').trim();
  return inside === '' ? [] : inside.split(',').map((one) => one.trim());
}
