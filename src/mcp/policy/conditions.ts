import { posix } from 'node:path';
import { RE2JS } from 're2js';
import type { Json, JsonObject } from '../types.ts';
import { matchesGlob } from './glob.ts';
import type { PolicyCondition } from './schema.ts';

export type TestCondition = (args: JsonObject) => boolean;

/** How many of the values a condition finds must fit: a rule that forbids needs one, a rule that allows needs all. */
export type Quantity = 'any' | 'every';

const mostValues = 10_000;
const longestText = 100_000;

/** @throws Error for a pattern that RE2 does not know */
export function compileCondition(condition: PolicyCondition, quantity: Quantity): TestCondition {
  const fits = testOf(condition);
  const wanted = condition.not !== true;
  const keys = condition.at.split('/').slice(1).map(unescapeKey);
  return (args) => {
    const values = valuesAt(args, keys);
    if (values === undefined) return quantity === 'any';
    if (values.length === 0) return false;
    const test = (value: Json): boolean => fits(value) === wanted;
    return quantity === 'any' ? values.some(test) : values.every(test);
  };
}

function testOf({ glob, regex, equals, under }: PolicyCondition): (value: Json) => boolean {
  if (glob !== undefined) return (value) => fitsText(value, (text) => matchesGlob(glob, text));
  if (regex !== undefined) {
    const pattern = RE2JS.compile(regex, RE2JS.DOTALL);
    return (value) => fitsText(value, (text) => pattern.matches(text));
  }
  if (under !== undefined) return (value) => typeof value === 'string' && isUnder(value, posix.normalize(under));
  return (value) => JSON.stringify(value) === JSON.stringify(equals);
}

/** Longer texts fit nothing that a person wrote a pattern for. */
function fitsText(value: Json, test: (text: string) => boolean): boolean {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestText && test(text);
}

function isUnder(value: string, folder: string): boolean {
  const path = posix.normalize(pathOf(value));
  const base = folder.endsWith('/') ? folder : `${folder}/`;
  return path === folder || `${path}/` === base || path.startsWith(base);
}

function pathOf(value: string): string {
  if (!/^file:\/\//i.test(value)) return value;
  try {
    return decodeURIComponent(new URL(value).pathname);
  } catch {
    return value;
  }
}

/** Undefined when there are more than anybody would look at. */
function valuesAt(args: JsonObject, keys: readonly string[]): readonly Json[] | undefined {
  let values: Json[] = [args];
  for (const key of keys) {
    values = values.flatMap((value) => childrenOf(value, key));
    if (values.length > mostValues) return undefined;
  }
  return values;
}

function childrenOf(value: Json, key: string): readonly Json[] {
  if (typeof value !== 'object' || value === null) return [];
  if (key === '*') return Object.values(value) as Json[];
  if (!Object.hasOwn(value, key)) return [];
  return [(value as JsonObject)[key] ?? null];
}

function unescapeKey(text: string): string {
  return text.replaceAll('~1', '/').replaceAll('~0', '~');
}
