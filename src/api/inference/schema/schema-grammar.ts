import { shapeOf, tupleOf, type Shape } from './containers.ts';
import {
  choice,
  mostRepetitions,
  never,
  nothing,
  optional,
  prune,
  rule,
  sequence,
  text,
  times,
  type Expression,
  type Rules,
} from './grammar.ts';
import { numbers } from './numbers.ts';
import { createSchemaReader, hasType, typeOf, type Facts, type Raw } from './read-schema.ts';
import { refuseSchema } from './refuse.ts';
import { freeLimits, limitsOf, sizeOf, stringOf } from './scalars.ts';
import { anyString, declareCharacters } from './strings.ts';

const mostSteps = 10_000;
const deepest = 60;
const mostProperties = 1000;

export interface GrammarBuilder {
  readonly rules: Rules;
  /**
   * Adds rules for a schema and gives the expression that stands for it. What the grammar admits always satisfies the schema; not all
   * that satisfies it is admitted: keys come in their order, and none that the schema does not name.
   * @throws AppError `request.invalid` naming the keyword that cannot be held
   */
  add(schema: unknown, options?: { readonly only?: 'object' }): Expression;
}

/** Builds one grammar out of any number of schemas, each a document of its own. */
export function createGrammarBuilder(): GrammarBuilder {
  const rules: Rules = new Map();
  let steps = 0;
  declareCharacters(rules);
  declareAny(rules);
  const spend = (): void => {
    steps += 1;
    if (steps > mostSteps) throw refuseSchema('schema', `takes more than ${mostSteps} steps to read`);
  };
  return {
    rules,
    add(schema, { only } = {}) {
      const writer = createWriter({ rules, document: schema, spend });
      const root = writer.rule(only === undefined ? [schema] : [schema, { type: only }], 0);
      // Checked for each by itself, so that a tool nobody could call is refused though others could be.
      const probe: Rules = new Map(rules).set('probe', root);
      if (!prune(probe, 'probe')) throw refuseSchema('schema', 'admits no value that ends');
      return root;
    },
  };
}

const space = optional(text(' '));
const comma = sequence(text(','), space);
const quoted = (name: string): Expression => text(JSON.stringify(name));

function declareAny(rules: Rules): void {
  const value = rule('value');
  rules.set('any-number', numbers({ integer: false, ...freeLimits }));
  rules.set('any-string', anyString);
  rules.set('any-array', enclosed('[', listOf(value), ']'));
  const pair = sequence(rule('any-string'), text(':'), space, value);
  rules.set('any-object', enclosed('{', listOf(pair), '}'));
  rules.set(
    'value',
    choice([
      text('null'),
      text('true'),
      text('false'),
      rule('any-number'),
      rule('any-string'),
      rule('any-array'),
      rule('any-object'),
    ]),
  );
}

function enclosed(open: string, inner: Expression, close: string): Expression {
  return sequence(text(open), space, inner, space, text(close));
}

const listOf = (item: Expression): Expression => optional(sequence(item, times(sequence(comma, item), 0)));

interface Writer {
  rule(schemas: readonly unknown[], depth: number): Expression;
}

function createWriter({ rules, document, spend }: { rules: Rules; document: unknown; spend: () => void }): Writer {
  const reader = createSchemaReader(document, spend);
  const identities = new Map<unknown, number>();
  const known = new Map<string, Expression>();

  /** The rule for values that satisfy all of `schemas`; the same schemas give the same rule, so that recursion ends. */
  function ruleOf(schemas: readonly unknown[], depth: number): Expression {
    if (depth > deepest) throw refuseSchema('schema', `nests deeper than ${deepest} levels`);
    const ids = schemas.map((schema) => {
      const id = identities.get(schema) ?? identities.size;
      identities.set(schema, id);
      return id;
    });
    const key = [...new Set(ids)].toSorted((a, b) => a - b).join(',');
    const present = known.get(key);
    if (present) return present;
    const name = `r${rules.size}`;
    const expression = rule(name);
    known.set(key, expression);
    rules.set(name, never);
    const ways = reader.read(schemas).map((facts) => valueOf(facts, depth));
    rules.set(name, ways.length === 0 ? never : choice(ways));
    return expression;
  }

  function valueOf(facts: Facts, depth: number): Expression {
    if (facts.values) return literals(facts, facts.values);
    const { types } = facts;
    const free = [facts.numbers, facts.strings, facts.arrays, facts.objects].every(({ length }) => length === 0);
    if (free && types.size === 6) return rule('value');
    const options: Expression[] = [];
    if (types.has('null')) options.push(text('null'));
    if (types.has('boolean')) options.push(text('true'), text('false'));
    if (types.has('integer') || types.has('number')) {
      options.push(numbers({ integer: !types.has('number'), ...limitsOf(facts.numbers) }));
    }
    if (types.has('string')) options.push(stringOf(facts.strings));
    if (types.has('array')) options.push(arrayOf(facts.arrays, depth));
    if (types.has('object')) options.push(objectOf(facts.objects, depth));
    return choice(options);
  }

  function arrayOf(schemas: readonly Raw[], depth: number): Expression {
    if (schemas.length === 0) return rule('any-array');
    const min = Math.max(0, ...schemas.map((schema) => sizeOf(schema, 'minItems', 0)));
    let max = Math.min(...schemas.map((schema) => sizeOf(schema, 'maxItems', Infinity)));
    if (min > max) return never;
    const tuples = schemas.map(tupleOf);
    const length = Math.max(...tuples.map(({ first }) => first.length));
    const at = (index: number): Expression =>
      ruleOf(
        tuples.map(({ first, others }) => (index < first.length ? first[index] : others)),
        depth + 1,
      );
    const unique = schemas.some(({ uniqueItems }) => uniqueItems === true);
    if (unique) {
      if (length === 0)
        return distinct(
          tuples.map(({ others }) => others),
          { min, max },
        );
      if (max > 1) throw refuseSchema('uniqueItems', 'cannot be held beside prefixItems');
    }
    if (tuples.some(({ others }) => others === false)) max = Math.min(max, length);
    if (min > max) return never;
    if (min > mostRepetitions) throw refuseSchema('minItems', `is more than ${mostRepetitions}`);
    if (max !== Infinity && max > mostRepetitions) throw refuseSchema('maxItems', `is more than ${mostRepetitions}`);
    const head = Math.min(length, max);
    let tail =
      max > length ? repeated(at(length), { first: length === 0, min: min - length, max: max - length }) : nothing;
    for (let index = head - 1; index >= 0; index -= 1) {
      const item = sequence(...(index === 0 ? [] : [comma]), at(index), tail);
      tail = index < min ? item : optional(item);
    }
    return enclosed('[', tail, ']');
  }

  /** Arrays without repetition: the values there can be, in their order, each there or not. */
  function distinct(schemas: readonly unknown[], { min, max }: { min: number; max: number }): Expression {
    const values: string[] = [];
    for (const facts of max > 1 ? reader.read(schemas) : []) {
      const finite = facts.values?.filter((value) => admits(facts, value));
      const simple = finite ?? finiteOf(facts);
      if (!simple) throw refuseSchema('uniqueItems', 'needs items with an enum');
      values.push(...simple.map((value) => JSON.stringify(value)));
    }
    if (max <= 1) {
      const one = repeated(ruleOf(schemas, 1), { first: true, min, max });
      return enclosed('[', one, ']');
    }
    const all = [...new Set(values)];
    if (all.length > 40) throw refuseSchema('uniqueItems', 'needs an enum of at most 40 values');
    return enclosed('[', subset(all, { min, max: Math.min(max, all.length) }), ']');
  }

  function subset(values: readonly string[], { min, max }: { min: number; max: number }): Expression {
    if (min > max) return never;
    const places = new Map<string, Expression>();
    const from = (index: number, taken: number): Expression => {
      if (taken === max) return nothing;
      const key = `${index}:${taken}`;
      const present = places.get(key);
      if (present) return present;
      const name = `s${rules.size}`;
      const here = rule(name);
      places.set(key, here);
      rules.set(name, never);
      const options: Expression[] = taken >= min ? [nothing] : [];
      for (let next = index; next < values.length; next += 1) {
        options.push(sequence(...(taken === 0 ? [] : [comma]), text(values[next] ?? ''), from(next + 1, taken + 1)));
      }
      rules.set(name, options.length === 0 ? never : choice(options));
      return here;
    };
    return from(0, 0);
  }

  function objectOf(schemas: readonly Raw[], depth: number): Expression {
    if (schemas.length === 0) return rule('any-object');
    const shape = shapeOf(schemas);
    if (shape.names.size > mostProperties) throw refuseSchema('properties', `names more than ${mostProperties}`);
    if (shape.min > shape.max) return never;
    if (shape.names.size === 0) return mapOf(shape, depth);
    checkNames(shape);
    const pairs = [...shape.names].map(([name, { schemas: values, required }]) => {
      const value = ruleOf(values, depth + 1);
      return { required, pair: sequence(quoted(name), text(':'), space, value) };
    });
    const needed = pairs.filter(({ required }) => required).length;
    if (needed > shape.max) return never;
    if (pairs.length > shape.max) throw refuseSchema('maxProperties', 'is less than the properties named');
    if (needed < shape.min) {
      if (pairs.length < shape.min) throw refuseSchema('minProperties', 'is more than the properties named');
      for (const pair of pairs) pair.required = true;
    }
    return enclosed('{', inOrder(pairs, rules), '}');
  }

  function mapOf({ keys, others, min, max }: Shape, depth: number): Expression {
    const empty = enclosed('{', nothing, '}');
    if (max === 0 || others.includes(false)) return min === 0 ? empty : never;
    if (min > 1) throw refuseSchema('minProperties', 'is more than 1 where no properties are named');
    if (max !== Infinity && max > mostRepetitions)
      throw refuseSchema('maxProperties', `is more than ${mostRepetitions}`);
    const key = keys.length === 0 ? rule('any-string') : ruleOf([...keys, stringType], depth + 1);
    const pair = sequence(key, text(':'), space, others.length === 0 ? rule('value') : ruleOf(others, depth + 1));
    return enclosed('{', repeated(pair, { first: true, min, max }), '}');
  }

  /** Names that are declared must be names that `propertyNames` admits. */
  function checkNames({ names, keys }: Shape): void {
    if (keys.length === 0) return;
    const ways = reader.read([...keys, stringType]);
    if (ways.some((facts) => !facts.values && facts.strings.length === 0)) return;
    for (const name of names.keys()) {
      if (!ways.some(({ values }) => values?.includes(name))) {
        throw refuseSchema('propertyNames', 'cannot be held beside properties, except as an enum that has them all');
      }
    }
  }

  return { rule: ruleOf };
}

const stringType = { type: 'string' };

function literals(facts: Facts, values: readonly unknown[]): Expression {
  const given = values.filter((value) => admits(facts, value));
  return given.length === 0 ? never : choice(given.map((value) => text(JSON.stringify(value))));
}

/** Whether a value of an enum is of a type that is asked for. Further assertions beside an enum are refused. */
function admits(facts: Facts, value: unknown): boolean {
  const { numbers: n, strings: s, arrays: a, objects: o } = facts;
  const beside = { number: n, integer: n, string: s, array: a, object: o, null: [], boolean: [] }[typeOf(value)];
  const asserting = beside.find((schema) => Object.keys(schema).some((keyword) => assertions.has(keyword)));
  if (asserting) throw refuseSchema('enum', 'cannot be held beside bounds, patterns or properties');
  return hasType(facts, value);
}

const assertions = new Set(
  `minimum maximum exclusiveMinimum exclusiveMaximum multipleOf minLength maxLength pattern items prefixItems additionalItems minItems
  maxItems uniqueItems unevaluatedItems properties required additionalProperties minProperties maxProperties propertyNames
  dependentRequired dependencies unevaluatedProperties`.split(/\s+/),
);

function finiteOf({ types }: Facts): readonly unknown[] | undefined {
  const finite: unknown[] = [];
  for (const type of types) {
    if (type === 'null') finite.push(null);
    else if (type === 'boolean') finite.push(true, false);
    else return undefined;
  }
  return finite;
}

function repeated(item: Expression, { first, min, max }: { first: boolean; min: number; max: number }): Expression {
  const most = max === Infinity ? undefined : max;
  if (!first) return times(sequence(comma, item), Math.max(0, min), most);
  if (max <= 0) return nothing;
  const more = times(sequence(comma, item), Math.max(0, min - 1), most === undefined ? undefined : most - 1);
  const some = sequence(item, more);
  return min > 0 ? some : optional(some);
}

interface Pair {
  readonly pair: Expression;
  required: boolean;
}

/** The pairs in their order, those not required there or not, with a comma between any two. */
function inOrder(pairs: readonly Pair[], rules: Rules): Expression {
  const first = pairs.findIndex(({ required }) => required);
  if (first !== -1) {
    return sequence(
      ...pairs.slice(0, first).map(({ pair }) => optional(sequence(pair, comma))),
      ...pairs.slice(first, first + 1).map(({ pair }) => pair),
      ...pairs.slice(first + 1).map((rest) => after(rest)),
    );
  }
  // With none required, the first one that is there has no comma before it.
  let [rest, any] = [nothing, nothing];
  for (const pair of pairs.toReversed()) {
    any = choice([sequence(pair.pair, rest), any]);
    const [restName, anyName] = [`p${rules.size}`, `p${rules.size + 1}`];
    rules.set(restName, sequence(after(pair), rest)).set(anyName, any);
    [rest, any] = [rule(restName), rule(anyName)];
  }
  return any;
}

function after({ pair, required }: Pair): Expression {
  const item = sequence(comma, pair);
  return required ? item : optional(item);
}
