import { isObject } from '../../http/body.ts';
import type { Raw } from './read-schema.ts';
import { refuseSchema } from './refuse.ts';
import { sizeOf } from './scalars.ts';

export interface Tuple {
  readonly first: readonly unknown[];
  /** What every further item must be; false when there is none. */
  readonly others: unknown;
}

const longestTuple = 200;

export function tupleOf({ items, prefixItems, additionalItems, unevaluatedItems }: Raw): Tuple {
  const old = Array.isArray(items);
  const first = old ? items : (prefixItems ?? []);
  if (!Array.isArray(first)) throw refuseSchema('prefixItems', 'must be an array');
  if (first.length > longestTuple) throw refuseSchema('prefixItems', `lists more than ${longestTuple}`);
  const others = old ? additionalItems : (items ?? unevaluatedItems);
  return { first, others: others ?? true };
}

export interface Shape {
  readonly names: Map<string, { readonly schemas: unknown[]; required: boolean }>;
  /** What a name must be. */
  readonly keys: readonly unknown[];
  /** What the value of a name must be that is not declared. */
  readonly others: readonly unknown[];
  readonly min: number;
  readonly max: number;
}

/** What several schemas say together about one object. */
export function shapeOf(schemas: readonly Raw[]): Shape {
  const names: Shape['names'] = new Map();
  const declared = schemas.map(({ properties = {} }) => {
    if (!isObject(properties)) throw refuseSchema('properties', 'must be an object');
    return properties;
  });
  const required = new Set(schemas.flatMap(requiredOf));
  for (const name of new Set([...declared.flatMap((properties) => Object.keys(properties)), ...required])) {
    const values = schemas.flatMap((schema, index) => {
      const properties = declared[index] ?? {};
      if (Object.hasOwn(properties, name)) return [properties[name]];
      return schema['additionalProperties'] === undefined ? [] : [schema['additionalProperties']];
    });
    names.set(name, { schemas: values, required: required.has(name) });
  }
  return {
    names,
    keys: schemas.flatMap(({ propertyNames }) => (propertyNames === undefined ? [] : [propertyNames])),
    others: schemas
      .map(({ additionalProperties, unevaluatedProperties }) => additionalProperties ?? unevaluatedProperties)
      .filter((schema) => schema !== undefined),
    min: Math.max(0, ...schemas.map((schema) => sizeOf(schema, 'minProperties', 0))),
    max: Math.min(...schemas.map((schema) => sizeOf(schema, 'maxProperties', Infinity))),
  };
}

/** Also what another property would make required: then it always is. */
function requiredOf({ required = [], dependentRequired = {}, dependencies = {} }: Raw): readonly string[] {
  const lists = [required];
  for (const [keyword, map] of Object.entries({ dependentRequired, dependencies })) {
    if (!isObject(map)) throw refuseSchema(keyword, 'must be an object');
    lists.push(...Object.values(map));
    if (Object.values(map).some((one) => !Array.isArray(one))) throw refuseSchema(keyword, 'can only list names');
  }
  const names = lists.flat();
  if (!Array.isArray(required) || !names.every((name) => typeof name === 'string')) {
    throw refuseSchema('required', 'must be an array of names');
  }
  return names;
}
