import type { Json, JsonObject } from '../../types.ts';
import { isObject } from '../reading/parse-document.ts';

/** `<key>` for what a user or a model has to give, so that a plan shows where it goes; defaults where a schema has them. */
export function placeholders(schemas: readonly JsonObject[]): JsonObject {
  const known = schemas.flatMap(({ properties }) => (isObject(properties) ? Object.entries(properties) : []));
  const required = schemas.flatMap(({ required: keys }) => (Array.isArray(keys) ? keys : []));
  return Object.fromEntries([
    ...required.flatMap((key) => (typeof key === 'string' ? [[key, `<${key}>`] as const] : [])),
    ...known.map(([key, schema]) => [key, placeholder(key, isObject(schema) ? schema : {})] as const),
  ]);
}

function placeholder(key: string, { type, default: given, properties }: JsonObject): Json {
  if (given !== undefined) return given;
  switch (type) {
    case 'array':
      return [`<${key}>`];
    case 'object':
      return placeholders([{ properties: properties ?? {} }]);
    default:
      return `<${key}>`;
  }
}

/** Keys that must have a value and have no default. */
export function requiredKeys(schemas: readonly JsonObject[]): readonly string[] {
  const keys = schemas.flatMap(({ required, properties }) => {
    if (!Array.isArray(required)) return [];
    return required.filter(
      (key): key is string =>
        typeof key === 'string' && defaultOf(isObject(properties) ? properties : {}, key) === undefined,
    );
  });
  return [...new Set(keys)];
}

function defaultOf(properties: JsonObject, key: string): unknown {
  const property = Object.hasOwn(properties, key) ? properties[key] : undefined;
  return isObject(property) ? property['default'] : undefined;
}
