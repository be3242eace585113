import type { Json, JsonObject, PlannedValue } from '../types.ts';
import { evaluate, isFunction, isList, parseTemplate, textOf } from './template.ts';

type Part = string | { readonly secret: string };

/** What templates and variables of a server may name. */
export interface Scope {
  /** For `{{…}}`. */
  readonly values: JsonObject;
  /** For `$NAME`. */
  readonly variables: ReadonlyMap<string, PlannedValue>;
  /** What becomes of a name that is not there: it stays, for a shell to read, or it is nothing. */
  readonly unknown: 'keep' | 'empty';
}

const variable = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;

/**
 * One value of a template. `$NAME` counts in what the catalogue wrote and never in what a template gives: a configured value may
 * have a dollar in it.
 */
export function expand(template: string, scope: Scope): PlannedValue {
  return joined(
    parseTemplate(template).flatMap((segment) =>
      segment.kind === 'text' ? variablesIn(segment.text, scope) : [textOf(evaluate(segment, scope.values))],
    ),
  );
}

/** The items that one item of a list stands for: a list that is alone in its template is as many items as it has. */
export function expandItem(template: string, scope: Scope): readonly PlannedValue[] {
  const segments = parseTemplate(template);
  const [only] = segments;
  if (segments.length !== 1 || only?.kind !== 'expression') return [expand(template, scope)];
  const value: Json | undefined = evaluate(only, scope.values);
  return (isList(value) ? value : [value]).map((one) => ({ kind: 'text', text: textOf(one) }));
}

export function plainText(template: string, scope: Scope): string {
  const value = expand(template, { ...scope, variables: new Map() });
  return value.kind === 'text' ? value.text : '';
}

/** Names of functions in a template that nobody knows. */
export function unknownFunctions(template: string): readonly string[] {
  return parseTemplate(template)
    .flatMap((segment) => (segment.kind === 'expression' ? segment.functions : []))
    .flatMap(({ name }) => (isFunction(name) ? [] : [name]));
}

function variablesIn(text: string, { variables, unknown }: Scope): readonly Part[] {
  const parts: Part[] = [];
  let from = 0;
  for (const match of text.matchAll(variable)) {
    const found = variables.get(match[1] ?? match[2] ?? '');
    if (!found && unknown === 'keep') continue;
    parts.push(text.slice(from, match.index));
    if (found) parts.push(...(found.kind === 'text' ? [found.text] : found.parts));
    from = match.index + match[0].length;
  }
  parts.push(text.slice(from));
  return parts;
}

function joined(parts: readonly Part[]): PlannedValue {
  const merged: Part[] = [];
  for (const part of parts) {
    const last = merged.at(-1);
    if (typeof part === 'string' && typeof last === 'string') merged[merged.length - 1] = last + part;
    else merged.push(part);
  }
  const texts = merged.filter((part) => part !== '');
  if (texts.every((part) => typeof part === 'string')) return { kind: 'text', text: texts.join('') };
  return { kind: 'secret', parts: texts };
}
