import { parseDocument as parseYaml } from 'yaml';
import type { Json, JsonObject } from '../../types.ts';
import { duplicateKey } from './duplicate-keys.ts';
import { invalidCatalog } from './invalid-catalog.ts';

/** More than the community's registry with all its servers. */
export const largestDocumentBytes = 64 << 20;
const deepest = 64;
const mostValues = 4_000_000;
const mostAliases = 200;

/**
 * The content of a JSON or YAML text written by somebody else, as plain JSON: no key twice, no bomb of aliases, no key that reaches
 * a prototype, nothing JSON cannot say.
 * @throws AppError `mcp.catalog_invalid`
 */
export function parseDocument(text: string, where: string): Json {
  if (Buffer.byteLength(text) > largestDocumentBytes) {
    throw invalidCatalog(where, `it is larger than ${largestDocumentBytes >> 20} MiB`);
  }
  const isJson = /^\uFEFF?\s*[{[]/.test(text);
  return plain(isJson ? fromJson(text, where) : fromYaml(text, where), {
    where,
    depth: 0,
    budget: { left: mostValues },
  });
}

/** As `parseDocument`, where only an object makes sense. */
export function parseObject(text: string, where: string): JsonObject {
  const value = parseDocument(text, where);
  if (isObject(value)) return value;
  throw invalidCatalog(where, 'it is not a mapping of names to values');
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function fromJson(text: string, where: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    // YAML's flow style begins the same way and needs no quotes.
    try {
      return fromYaml(text, where);
    } catch {
      throw invalidCatalog(where, firstLine(cause), cause);
    }
  }
  const twice = duplicateKey(text);
  if (twice !== undefined) throw invalidCatalog(where, `the key ${JSON.stringify(twice.slice(0, 100))} is there twice`);
  return value;
}

function fromYaml(text: string, where: string): unknown {
  try {
    const document = parseYaml(text, { merge: true, logLevel: 'silent', prettyErrors: true, stringKeys: true });
    const [error] = document.errors;
    if (error) throw error;
    return document.toJS({ maxAliasCount: mostAliases });
  } catch (cause) {
    throw invalidCatalog(where, firstLine(cause), cause);
  }
}

interface Walk {
  readonly where: string;
  readonly depth: number;
  readonly budget: { left: number };
}

function plain(value: unknown, walk: Walk): Json {
  walk.budget.left -= 1;
  if (walk.budget.left < 0) throw invalidCatalog(walk.where, 'it has more values than any catalogue needs');
  if (walk.depth > deepest) throw invalidCatalog(walk.where, `it is nested deeper than ${deepest} levels`);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value === 'number' && Number.isFinite(value)) return value;
  if (value === undefined) return null;
  const inside = { ...walk, depth: walk.depth + 1 };
  if (Array.isArray(value)) return value.map((one) => plain(one, inside));
  if (typeof value === 'object' && [Object.prototype, null].includes(Object.getPrototypeOf(value) as null)) {
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => {
        if (key === '__proto__') throw invalidCatalog(walk.where, 'it has a key named __proto__');
        return [key, plain(one, inside)];
      }),
    );
  }
  throw invalidCatalog(walk.where, `it has a value of a kind that JSON does not have`);
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return (text.split('\n')[0] ?? '').replace(/[.:]+$/, '').slice(0, 200);
}
