import { mostRepetitions, never, sequence, text, times, type Expression } from './grammar.ts';
import type { NumberLimits } from './numbers.ts';
import { readPattern } from './pattern.ts';
import type { Raw } from './read-schema.ts';
import { refuseSchema } from './refuse.ts';
import { anyString, stringsOfFormat, stringsOfLength } from './strings.ts';

export const freeLimits: Omit<NumberLimits, 'integer'> = {
  min: -Infinity,
  max: Infinity,
  minExcluded: false,
  maxExcluded: false,
  multiples: [],
};

export function limitsOf(schemas: readonly Raw[]): Omit<NumberLimits, 'integer'> {
  const limits = { ...freeLimits, multiples: [] as number[] };
  for (const schema of schemas) {
    const low = bound(schema, 'minimum');
    const above = bound(schema, 'exclusiveMinimum');
    const high = bound(schema, 'maximum');
    const below = bound(schema, 'exclusiveMaximum');
    if (low !== undefined && low > limits.min) Object.assign(limits, { min: low, minExcluded: false });
    if (above !== undefined && above >= limits.min) Object.assign(limits, { min: above, minExcluded: true });
    if (high !== undefined && high < limits.max) Object.assign(limits, { max: high, maxExcluded: false });
    if (below !== undefined && below <= limits.max) Object.assign(limits, { max: below, maxExcluded: true });
    const step = bound(schema, 'multipleOf');
    if (step !== undefined && step <= 0) throw refuseSchema('multipleOf', 'must be more than 0');
    if (step !== undefined) limits.multiples.push(step);
  }
  return limits;
}

function bound(schema: Raw, keyword: string): number | undefined {
  const value = schema[keyword];
  if (value === undefined) return undefined;
  if (typeof value !== 'number') throw refuseSchema(keyword, 'must be a number');
  return value;
}

export function sizeOf(schema: Raw, keyword: string, fallback: number): number {
  const value = bound(schema, keyword) ?? fallback;
  if (value < 0 || (value !== Infinity && !Number.isInteger(value))) {
    throw refuseSchema(keyword, 'must be a whole number that is not negative');
  }
  return value;
}

export function stringOf(schemas: readonly Raw[]): Expression {
  const min = Math.max(0, ...schemas.map((schema) => sizeOf(schema, 'minLength', 0)));
  const max = Math.min(Infinity, ...schemas.map((schema) => sizeOf(schema, 'maxLength', Infinity)));
  if (min > max) return never;
  const patterns = [...new Set(schemas.map(({ pattern }) => pattern).filter((pattern) => pattern !== undefined))];
  const named = [...new Set(schemas.map(({ format }) => format).filter((format) => typeof format === 'string'))];
  const formats = named.filter((format) => stringsOfFormat(format) !== undefined);
  const [pattern] = patterns;
  if (patterns.length > 1) throw refuseSchema('pattern', 'can be held only once for one value');
  if (pattern !== undefined) {
    if (typeof pattern !== 'string') throw refuseSchema('pattern', 'must be a string');
    if (formats.includes('email') && emailPatterns.has(pattern)) return formatted('email', { min, max });
    return patterned(pattern, { min, max });
  }
  if (formats.length > 1) throw refuseSchema('format', 'can be held only once for one value');
  const [format] = formats;
  return format === undefined ? stringsOfLength(min, max) : formatted(format, { min, max });
}

// zod's, which look ahead for what our addresses never have.
const emailPatterns = new Set([
  "^(?!\\.)(?!.*\\.\\.)([A-Za-z0-9_'+\\-\\.]*)[A-Za-z0-9_+-]@([A-Za-z0-9][A-Za-z0-9\\-]*\\.)+[A-Za-z]{2,}$",
  "^(?!\\.)(?!.*\\.\\.)([A-Z0-9_'+\\-\\.]*)[A-Z0-9_+-]@([A-Z0-9][A-Z0-9\\-]*\\.)+[A-Z]{2,}$",
]);

function formatted(format: string, { min, max }: { min: number; max: number }): Expression {
  // Emails and the like are between 8 and 150 characters here; bounds that cut into that cannot be held as well.
  if (min > 3 || max < 200)
    throw refuseSchema(min > 3 ? 'minLength' : 'maxLength', `cannot be held beside the format ${format}`);
  return stringsOfFormat(format) ?? anyString;
}

function patterned(pattern: string, { min, max }: { min: number; max: number }): Expression {
  const body = readPattern(pattern);
  const inQuotes = (inner: Expression): Expression => sequence(text('"'), inner, text('"'));
  if (body.min >= min && body.max <= max) return inQuotes(body.expression);
  if (body.min > max || body.max < min) return never;
  if (!body.repeated)
    throw refuseSchema(body.min < min ? 'minLength' : 'maxLength', 'cannot be held beside this pattern');
  const [low, high] = [Math.max(min, body.repeated.min), Math.min(max, body.repeated.max)];
  if (low > mostRepetitions || (high !== Infinity && high > mostRepetitions)) {
    throw refuseSchema('maxLength', `is more than ${mostRepetitions} beside a pattern`);
  }
  return inQuotes(times(body.repeated.item, low, high === Infinity ? undefined : high));
}
