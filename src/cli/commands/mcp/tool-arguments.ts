import { closest } from '#core';
import type { Json, JsonObject } from '#mcp';
import type { Translate } from '../../messages/translate.ts';
import { usageError } from '../../usage-error.ts';

export interface GivenArguments {
  /** `key=value`, `key:=json`, or a bare `key`. */
  readonly words: readonly string[];
  /** An object that the words are put on top of. */
  readonly base: JsonObject;
}

/**
 * Reads the arguments of a tool as its schema wants them: text where it wants text, numbers where numbers, a key given twice as a
 * list. `key:=json` is taken as it is. What the schema requires or does not know is said before anything is called.
 */
export function toolArguments({ words, base }: GivenArguments, schema: JsonObject, t: Translate): JsonObject {
  const given = new Map<string, readonly Word[]>();
  for (const text of words) {
    const word = readWord(text, t);
    given.set(word.key, [...(given.get(word.key) ?? []), word]);
  }
  const values = [...given].map(
    ([key, all]) => [key, valueOf(all, { key, schema: propertyOf(schema, key), t })] as const,
  );
  const result: JsonObject = { ...base, ...Object.fromEntries(values) };
  checkKeys(result, schema, t);
  return result;
}

interface Word {
  readonly key: string;
  readonly value:
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'json'; readonly json: Json }
    | undefined;
}

function readWord(text: string, t: Translate): Word {
  const equals = text.indexOf('=');
  if (equals === -1) return { key: text, value: undefined };
  if (equals > 0 && text[equals - 1] === ':') {
    const key = text.slice(0, equals - 1);
    return { key, value: { kind: 'json', json: parseJson(text.slice(equals + 1), { what: key, t }) } };
  }
  return { key: text.slice(0, equals), value: { kind: 'text', text: text.slice(equals + 1) } };
}

export function parseJson(text: string, { what, t }: { what: string; t: Translate }): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw usageError(t('mcp.tools.badJson', { what, reason }));
  }
}

interface Property {
  readonly key: string;
  readonly schema: JsonObject;
  readonly t: Translate;
}

function valueOf(words: readonly Word[], property: Property): Json {
  const [first] = words;
  const isList = typesOf(property.schema).includes('array');
  if (words.length === 1 && first?.value?.kind !== 'text') return plainValue(first, property);
  const texts = words.map(({ value }) => (value?.kind === 'text' ? value.text : undefined));
  const [only] = texts;
  if (words.length === 1 && only !== undefined) {
    if (isList && only.trimStart().startsWith('[')) return parseJson(only, { what: property.key, t: property.t });
    return isList ? [textValue(only, itemOf(property))] : textValue(only, property);
  }
  const item = isList ? itemOf(property) : property;
  return words.map((word, index) => {
    const text = texts[index];
    return text === undefined ? plainValue(word, item) : textValue(text, item);
  });
}

/** A bare key is null, but for a switch, which it sets. */
function plainValue(word: Word | undefined, { schema }: Property): Json {
  if (word?.value?.kind === 'json') return word.value.json;
  return typesOf(schema).includes('boolean') ? true : null;
}

function textValue(text: string, property: Property): Json {
  const { key, schema, t } = property;
  const types = typesOf(schema);
  if (types.length === 0 || types.includes('string')) return text;
  for (const type of types) {
    const value = typedValue(text, type);
    if (value !== undefined) return value;
  }
  throw usageError(t('usage.invalidValue', { name: key, value: text, expected: types.join(' | ') }));
}

function typedValue(text: string, type: string): Json | undefined {
  if (type === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined;
  if (type === 'null') return text === 'null' ? null : undefined;
  if (type === 'number' || type === 'integer') {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    return Number.isFinite(value) && (type === 'number' || Number.isInteger(value)) ? value : undefined;
  }
  try {
    const value = JSON.parse(text) as Json;
    return (type === 'array' ? Array.isArray(value) : isObject(value)) ? value : undefined;
  } catch {
    return undefined;
  }
}

function itemOf({ key, schema, t }: Property): Property {
  const { items } = schema;
  return { key, schema: isObject(items) ? items : {}, t };
}

/** What a schema says of one key; references inside the schema are followed once. */
export function propertyOf(schema: JsonObject, key: string): JsonObject {
  const { properties } = schema;
  const found = isObject(properties) && Object.hasOwn(properties, key) ? properties[key] : undefined;
  return isObject(found) ? resolved(found, schema) : {};
}

function resolved(property: JsonObject, root: JsonObject): JsonObject {
  const { $ref: reference } = property;
  if (typeof reference !== 'string' || !reference.startsWith('#/')) return property;
  let at: Json | undefined = root;
  for (const part of reference.slice(2).split('/')) at = isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined;
  return isObject(at) ? at : property;
}

/** Types a value may have, those of alternatives included. */
export function typesOf(schema: JsonObject): readonly string[] {
  const { type, anyOf, oneOf } = schema;
  const own = (Array.isArray(type) ? type : [type]).filter((one) => typeof one === 'string');
  const alternatives = [anyOf, oneOf].flatMap((list) => (Array.isArray(list) ? list : [])).filter(isObject);
  return [...new Set([...own, ...alternatives.flatMap((one) => typesOf(one))])];
}

function checkKeys(given: JsonObject, schema: JsonObject, t: Translate): void {
  const { properties, required, additionalProperties } = schema;
  const known = isObject(properties) ? Object.keys(properties) : [];
  const unknown = additionalProperties === false ? Object.keys(given).find((key) => !known.includes(key)) : undefined;
  if (unknown !== undefined) {
    const near = closest(unknown, known);
    throw usageError(t('mcp.tools.unknownArgument', { name: unknown }), {
      hint:
        near === undefined ? t('mcp.tools.known', { names: known.join(', ') }) : t('usage.suggestion', { name: near }),
    });
  }
  const wanted = (Array.isArray(required) ? required : []).filter((key) => typeof key === 'string');
  const missing = wanted.filter((key) => !Object.hasOwn(given, key));
  if (missing.length > 0) throw usageError(t('mcp.tools.missingArguments', { names: missing.join(', ') }));
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
