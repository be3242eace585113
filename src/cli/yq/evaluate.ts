import type { Expression } from './parse.ts';
import { notApplicable } from './problems.ts';

/** A document as JSON has it. */
export type Value = null | boolean | number | string | readonly Value[] | { readonly [name: string]: Value };

/** All that the expression gives, in order. @throws AppError `request.invalid` where a value does not have what is asked for */
export function evaluate(expression: Expression, value: Value): readonly Value[] {
  switch (expression.kind) {
    case 'self':
      return [value];
    case 'value':
      return [expression.value];
    case 'member':
      return evaluate(expression.of, value).map((one) => member(one, expression.name));
    case 'item':
      return evaluate(expression.of, value).map((one) => item(one, expression.index));
    case 'each':
      return evaluate(expression.of, value).flatMap((one) => [...valuesOf(one, '.[]')]);
    case 'pipe':
      return evaluate(expression.from, value).flatMap((one) => evaluate(expression.to, one));
    case 'compare': {
      const rights = evaluate(expression.right, value);
      return evaluate(expression.left, value).flatMap((left) =>
        rights.map((right) => isSame(left, right) === expression.isEqual),
      );
    }
    case 'keys':
      return [keysOf(value)];
    case 'length':
      return [lengthOf(value)];
    case 'map':
      return [valuesOf(value, 'map').flatMap((one) => evaluate(expression.by, one))];
    case 'select':
      return evaluate(expression.by, value).some((one) => one !== false && one !== null) ? [value] : [];
  }
}

function member(value: Value, name: string): Value {
  if (value === null) return null;
  if (!isMap(value)) throw notApplicable(`.${name}`, typeOf(value));
  return Object.hasOwn(value, name) ? (value[name] ?? null) : null;
}

function item(value: Value, index: number): Value {
  if (value === null) return null;
  if (!isList(value)) throw notApplicable(`.[${index}]`, typeOf(value));
  return value.at(index) ?? null;
}

function valuesOf(value: Value, operation: string): readonly Value[] {
  if (value === null) return [];
  if (isList(value)) return value;
  if (isMap(value)) return Object.values(value);
  throw notApplicable(operation, typeOf(value));
}

function keysOf(value: Value): Value {
  if (isList(value)) return value.map((_one, index) => index);
  if (isMap(value)) return Object.keys(value);
  throw notApplicable('keys', typeOf(value));
}

function lengthOf(value: Value): number {
  if (value === null) return 0;
  if (typeof value === 'string') return Array.from(value).length;
  if (isList(value)) return value.length;
  if (isMap(value)) return Object.keys(value).length;
  throw notApplicable('length', typeOf(value));
}

/** As yq compares: `*` and `?` in a text on the right stand for anything. */
function isSame(left: Value, right: Value): boolean {
  if (typeof left === 'string' && typeof right === 'string') return matches(left, right);
  return JSON.stringify(left) === JSON.stringify(right);
}

function matches(text: string, pattern: string): boolean {
  let at = 0;
  let from = 0;
  let star = -1;
  let retry = 0;
  while (from < text.length) {
    if (pattern[at] === '*') {
      star = at;
      retry = from;
      at += 1;
    } else if (at < pattern.length && (pattern[at] === '?' || pattern[at] === text[from])) {
      at += 1;
      from += 1;
    } else if (star >= 0) {
      retry += 1;
      from = retry;
      at = star + 1;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(at));
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function isMap(value: Value): value is { readonly [name: string]: Value } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function typeOf(value: Value): string {
  if (value === null) return 'null';
  return isList(value) ? 'list' : isMap(value) ? 'map' : typeof value;
}
