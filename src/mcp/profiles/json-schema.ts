import type { Json, JsonObject } from '../types.ts';

/** What a value is not, and where. */
export interface SchemaIssue {
  /** Keys from the outside in. */
  readonly path: readonly string[];
  readonly problem:
    | { readonly kind: 'type'; readonly expected: string; readonly got: string }
    | { readonly kind: 'unknown'; readonly known: readonly string[] }
    | { readonly kind: 'missing' }
    | { readonly kind: 'choice'; readonly choices: readonly string[] }
    | { readonly kind: 'range'; readonly expected: string }
    | { readonly kind: 'alternatives' };
}

const deepest = 32;

/**
 * Checks a value against what catalogues use of JSON Schema: types, properties, required, enum, const, items, bounds, anyOf, oneOf,
 * allOf. Other keywords allow everything. An object that names its properties has no others, unless it says so.
 */
export function checkSchema(schema: JsonObject, value: Json, path: readonly string[] = []): readonly SchemaIssue[] {
  if (path.length > deepest) return [];
  return [
    ...checkType(schema, value, path),
    ...checkChoice(schema, value, path),
    ...checkBounds(schema, value, path),
    ...checkObject(schema, value, path),
    ...checkItems(schema, value, path),
    ...checkAlternatives(schema, value, path),
  ];
}

/** The schema of what lies at a path; undefined where the schema does not say. */
export function schemaAt(schema: JsonObject, path: readonly string[]): JsonObject | undefined {
  let at: JsonObject | undefined = schema;
  for (const key of path) {
    const property: Json | undefined = propertiesOf(at ?? {})?.[key] ?? objectAt(at, 'additionalProperties');
    at = isObject(property) ? property : undefined;
  }
  return at;
}

/** Values that hold where nothing is set. */
export function schemaDefaults(schema: JsonObject): JsonObject {
  const found: Record<string, Json> = {};
  for (const [name, property] of Object.entries(propertiesOf(schema) ?? {})) {
    if (!isObject(property)) continue;
    const inner = property['default'] ?? (propertiesOf(property) ? schemaDefaults(property) : undefined);
    if (inner !== undefined && !(isObject(inner) && Object.keys(inner).length === 0)) found[name] = inner;
  }
  return found;
}

/** The schemas of one server as one: catalogues may have several that each describe some of its keys. */
export function joinSchemas(schemas: readonly JsonObject[]): JsonObject {
  if (schemas.length === 1) return schemas[0] ?? {};
  const properties = Object.assign({}, ...schemas.map((one) => propertiesOf(one) ?? {})) as JsonObject;
  return { type: 'object', properties };
}

export function propertiesOf(schema: JsonObject): JsonObject | undefined {
  return objectAt(schema, 'properties');
}

export function typesOf(schema: JsonObject | undefined): readonly string[] {
  const type = schema?.['type'];
  if (typeof type === 'string') return [type];
  return Array.isArray(type) ? type.filter((one): one is string => typeof one === 'string') : [];
}

function checkType(schema: JsonObject, value: Json, path: readonly string[]): readonly SchemaIssue[] {
  const types = typesOf(schema);
  if (types.length === 0 || types.some((type) => hasType(value, type))) return [];
  return [{ path, problem: { kind: 'type', expected: types.join(' | '), got: typeOf(value) } }];
}

function hasType(value: Json, type: string): boolean {
  if (type === 'integer') return Number.isInteger(value);
  return typeOf(value) === type;
}

function typeOf(value: Json): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function checkChoice(schema: JsonObject, value: Json, path: readonly string[]): readonly SchemaIssue[] {
  const { enum: choices, const: only } = schema;
  const allowed = Array.isArray(choices) ? (choices as readonly Json[]) : only === undefined ? undefined : [only];
  if (!allowed || allowed.some((one) => JSON.stringify(one) === JSON.stringify(value))) return [];
  return [
    {
      path,
      problem: { kind: 'choice', choices: allowed.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))) },
    },
  ];
}

function checkBounds(schema: JsonObject, value: Json, path: readonly string[]): readonly SchemaIssue[] {
  const outside = (expected: string): readonly SchemaIssue[] => [{ path, problem: { kind: 'range', expected } }];
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema;
  const size =
    typeof value === 'number' ? value : typeof value === 'string' || Array.isArray(value) ? value.length : undefined;
  if (size === undefined) return [];
  const [least, most] =
    typeof value === 'number'
      ? [minimum, maximum]
      : typeof value === 'string'
        ? [minLength, maxLength]
        : [minItems, maxItems];
  if (typeof least === 'number' && size < least) return outside(`≥ ${least}`);
  return typeof most === 'number' && size > most ? outside(`≤ ${most}`) : [];
}

function checkObject(schema: JsonObject, value: Json, path: readonly string[]): readonly SchemaIssue[] {
  if (!isObject(value)) return [];
  const properties = propertiesOf(schema);
  const { additionalProperties, required } = schema;
  const issues: SchemaIssue[] = [];
  for (const [key, one] of Object.entries(value)) {
    const property = properties && Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (isObject(property)) issues.push(...checkSchema(property, one, [...path, key]));
    else if (isObject(additionalProperties)) issues.push(...checkSchema(additionalProperties, one, [...path, key]));
    else if (properties && additionalProperties !== true && property === undefined && !hasAlternatives(schema)) {
      issues.push({ path: [...path, key], problem: { kind: 'unknown', known: Object.keys(properties) } });
    }
  }
  if (Array.isArray(required)) {
    const missing = (required as readonly Json[]).filter(
      (key): key is string => typeof key === 'string' && !Object.hasOwn(value, key),
    );
    issues.push(...missing.map((key): SchemaIssue => ({ path: [...path, key], problem: { kind: 'missing' } })));
  }
  return issues;
}

function checkItems(schema: JsonObject, value: Json, path: readonly string[]): readonly SchemaIssue[] {
  const items = objectAt(schema, 'items');
  if (!Array.isArray(value) || !items) return [];
  return (value as readonly Json[]).flatMap((one, index) => checkSchema(items, one, [...path, String(index)]));
}

function checkAlternatives(schema: JsonObject, value: Json, path: readonly string[]): readonly SchemaIssue[] {
  const { anyOf, oneOf, allOf } = schema;
  const all = listOf(allOf).flatMap((one) => checkSchema(openly(one), value, path));
  const failing = [listOf(anyOf), listOf(oneOf)].filter(
    (options) => options.length > 0 && !options.some((one) => checkSchema(openly(one), value, path).length === 0),
  );
  return [...all, ...failing.map((): SchemaIssue => ({ path, problem: { kind: 'alternatives' } }))];
}

/** An alternative describes some of the keys and says nothing about the others. */
function openly(schema: JsonObject): JsonObject {
  return { additionalProperties: true, ...schema };
}

function hasAlternatives({ anyOf, oneOf, allOf }: JsonObject): boolean {
  return [anyOf, oneOf, allOf].some((options) => listOf(options).some((one) => propertiesOf(one) !== undefined));
}

function listOf(value: Json | undefined): readonly JsonObject[] {
  return Array.isArray(value) ? (value as readonly Json[]).filter(isObject) : [];
}

function objectAt(from: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = from?.[key];
  return isObject(value) ? value : undefined;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
