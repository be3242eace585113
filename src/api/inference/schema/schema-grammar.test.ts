import { Ajv2020 } from 'ajv/dist/2020.js';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { jsonSchemas } from '#testing';
import { printGrammar, prune, type Rules } from './grammar.ts';
import { createGrammarBuilder } from './schema-grammar.ts';
import { sampleGrammar } from './testing/sample-grammar.ts';

function grammarOf(schema: unknown): Rules {
  const builder = createGrammarBuilder();
  const root = builder.add(schema);
  const rules = prune(new Map(builder.rules).set('root', root), 'root');
  if (!rules) throw new Error('The grammar is empty.');
  return rules;
}

function refusal(schema: unknown): AppError | undefined {
  try {
    printGrammar(grammarOf(schema));
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

const isMoment = (text: string): boolean => !Number.isNaN(Date.parse(text));
const isDay = (text: string): boolean => isMoment(text) && new Date(text).toISOString().startsWith(text);
const formats = {
  date: isDay,
  'date-time': (text: string) => isDay(text.slice(0, 10)) && isMoment(text),
  time: (text: string) => isMoment(`2020-01-01T${text}`),
  uuid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  email: /^[\w.-]+@[\w-]+(\.[\w-]+)+$/,
  hostname: /^[a-z0-9-]+(\.[a-z0-9-]+)+$/,
  ipv4: (text: string) => text.split('.').length === 4 && text.split('.').every((part) => Number(part) < 256),
  ipv6: /^([0-9a-f]{1,4}:){7}[0-9a-f]{1,4}$/,
  uri: (text: string) => URL.canParse(text),
  duration: /^P(\d+[YMWD]|T\d+[HMS])$/,
};

function validator(schema: object): (value: unknown) => boolean {
  const isOld = JSON.stringify(schema).includes('additionalItems');
  return new (isOld ? Ajv : Ajv2020)({ strict: false, formats }).compile(schema);
}

/** Numbers that look random and are the same in every run. */
function randomFrom(seed: number): () => number {
  let state = seed + 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

function expectValid(schema: object, samples = 60): Set<string> {
  const rules = grammarOf(schema);
  const isValid = validator(schema);
  const seen = new Set<string>();
  for (let seed = 0; seed < samples; seed += 1) {
    const text = sampleGrammar(rules, randomFrom(seed * 7919));
    const value: unknown = JSON.parse(text);
    expect(isValid(value) ? '' : text).toBe('');
    seen.add(JSON.stringify(value));
  }
  return seen;
}

describe('a grammar of a schema', () => {
  it.each(Object.entries(jsonSchemas))('admits only what is valid: %s', (_name, schema) => {
    expectValid(schema);
  });

  it('admits only valid trees', () => {
    const next = { anyOf: [{ type: 'null' }, { $ref: '#' }] };
    const value = { type: 'integer', minimum: 0, maximum: 9 };
    const properties = { value, next };
    expect(
      expectValid({ type: 'object', properties, required: ['value', 'next'], additionalProperties: false }).size,
    ).toBeGreaterThan(10);
  });

  it.each(['date', 'time', 'date-time', 'uuid', 'email', 'hostname', 'ipv4', 'ipv6', 'uri', 'duration'])(
    'admits only real values of the format %s',
    (format) => {
      expect(expectValid({ type: 'string', format }).size).toBeGreaterThan(10);
    },
  );

  it.each([
    '^a+$',
    'b',
    '^[^a-f]{2,3}$',
    '^\\w+@\\w+\\.(com|org)$',
    '^(?:ab|c)*d?$',
    '^\\S{1,9}$',
    '^x|y$',
    '^"\\\\"$',
    '^[\\d_-]{3}$',
    '.',
    '^[\\u00e0-\\u00ff]+$',
  ])('holds the pattern %s', (pattern) => {
    expectValid({ type: 'string', pattern });
  });

  it('can give every value of a range of whole numbers, and no other', () => {
    for (const [minimum, maximum] of [
      [0, 9],
      [7, 23],
      [-12, 5],
      [95, 105],
      [-3, -1],
      [0, 0],
    ] as const) {
      const seen = expectValid({ type: 'integer', minimum, maximum }, 600);
      expect(seen.size).toBe(maximum - minimum + 1);
    }
  });

  it('holds the bounds of numbers, whatever they are', () => {
    const bound = fc.oneof(fc.integer({ min: -1000, max: 1000 }), fc.double({ min: -1000, max: 1000, noNaN: true }));
    fc.assert(
      fc.property(
        fc.tuple(bound, bound),
        fc.constantFrom('integer', 'number'),
        fc.boolean(),
        (ends, type, excluded) => {
          const [low = 0, high = 0] = ends.toSorted((a, b) => a - b);
          const schema = excluded
            ? { type, exclusiveMinimum: low, exclusiveMaximum: high }
            : { type, minimum: low, maximum: high };
          if (refusal(schema)) {
            expect(type === 'integer' || high - low < 1e-6).toBe(true);
            return;
          }
          expectValid(schema, 12);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('holds the lengths of strings, long ones too', () => {
    for (const [minLength, maxLength] of [
      [0, 0],
      [3, 3],
      [0, 1500],
      [10, 4000],
      [1000, 1000],
    ] as const) {
      expectValid({ type: 'string', minLength, maxLength }, 20);
    }
  });

  it('takes any schema it accepts at its word', () => {
    const { schema } = fc.letrec<{ schema: object; leaf: object }>((tie) => ({
      leaf: fc.oneof(
        fc.record({ type: fc.constantFrom('string', 'boolean', 'null', 'integer', 'number') }),
        fc.record({ enum: fc.uniqueArray(fc.oneof(fc.integer(), fc.string(), fc.boolean()), { minLength: 1 }) }),
        fc.record({ type: fc.constant('integer'), minimum: fc.integer({ min: -50, max: 50 }) }),
        fc.record({ type: fc.constant('string'), maxLength: fc.nat(30), minLength: fc.nat(3) }),
      ),
      schema: fc.oneof(
        { depthSize: 'small', withCrossShrink: true },
        tie('leaf'),
        fc.record({ type: fc.constant('array'), items: tie('schema'), minItems: fc.nat(2), maxItems: fc.nat(4) }),
        fc
          .dictionary(
            fc.string({ maxLength: 5 }).filter((name) => name !== '__proto__'),
            tie('schema'),
            { maxKeys: 4 },
          )
          .chain((properties) =>
            fc.record({
              type: fc.constant('object'),
              properties: fc.constant(properties),
              required: fc.subarray(Object.keys(properties)),
              additionalProperties: fc.boolean(),
            }),
          ),
        fc.record({ anyOf: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }) }),
        fc.record({ oneOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
        fc.record({ allOf: fc.array(tie('schema'), { minLength: 1, maxLength: 2 }) }),
      ),
    }));
    let accepted = 0;
    fc.assert(
      fc.property(schema, (one) => {
        if (refusal(one)) return;
        accepted += 1;
        expectValid(one, 6);
      }),
      { numRuns: 400 },
    );
    expect(accepted).toBeGreaterThan(200);
  });

  it.each([
    ['not', { not: { type: 'string' } }],
    ['if', { if: { type: 'string' }, else: { minimum: 1 } }],
    ['patternProperties', { type: 'object', patternProperties: { '^a': {} } }],
    ['contains', { type: 'array', contains: { type: 'string' } }],
    ['$ref', { $ref: 'https://example.com/schema.json' }],
    ['$ref', { $ref: '#/$defs/missing' }],
    ['uniqueItems', { type: 'array', items: { type: 'string' }, uniqueItems: true }],
    ['pattern', { type: 'string', pattern: '(?=a)b' }],
    ['pattern', { type: 'string', pattern: '(a)\\1' }],
    ['pattern', { type: 'string', pattern: '(' }],
    ['oneOf', { oneOf: [{ type: 'string' }, { minLength: 3, type: 'string' }] }],
    ['multipleOf', { type: 'number', multipleOf: 0.01 }],
    ['minLength', { type: 'string', minLength: 5000 }],
    ['type', { type: 'strnig' }],
    ['minimum', { type: 'integer', minimum: '3' }],
    ['enum', { enum: ['abc'], minLength: 4 }],
    ['schema', { type: 'integer', minimum: 3, maximum: 2 }],
    ['schema', false],
    ['schema', 7],
  ])('refuses %s by name where it cannot hold it', (keyword, schema) => {
    expect(refusal(schema)).toMatchObject({ code: 'request.invalid', params: { keyword } });
  });

  describe('of a hostile schema', () => {
    it('refuses one that nests without end', () => {
      let schema: object = { type: 'string' };
      for (let depth = 0; depth < 5000; depth += 1) schema = { type: 'array', items: schema };
      expect(refusal(schema)).toMatchObject({ params: { keyword: 'schema' } });
    });

    it('refuses a value that would have to contain itself', () => {
      const node = { type: 'object', properties: { next: { $ref: '#' } }, required: ['next'] };
      expect(refusal(node)).toMatchObject({ params: { keyword: 'schema' } });
      expect(refusal({ $ref: '#' })).toMatchObject({ params: { keyword: 'schema' } });
    });

    it('leaves out what would never end and keeps the rest', () => {
      const loop = { type: 'object', properties: { again: { $ref: '#/$defs/loop' } }, required: ['again'] };
      const schema = { anyOf: [{ $ref: '#/$defs/loop' }, { const: 'end' }], $defs: { loop } };
      expect([...expectValid(schema)]).toEqual(['"end"']);
      const alias = { $ref: '#/$defs/a', $defs: { a: { anyOf: [{ $ref: '#/$defs/a' }, { type: 'boolean' }] } } };
      expect(
        new Set(Array.from({ length: 40 }, (_, seed) => sampleGrammar(grammarOf(alias), randomFrom(seed)))),
      ).toEqual(new Set(['true', 'false']));
    });

    it('refuses one that multiplies its alternatives', () => {
      const branch = { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'boolean' }, { type: 'null' }] };
      const refused = refusal({ allOf: Array.from({ length: 12 }, () => ({ ...branch })) });
      expect(refused === undefined || refused.code === 'request.invalid').toBe(true);
      const objects = (count: number): object => ({
        allOf: Array.from({ length: count }, (_, index) => ({
          anyOf: ['a', 'b', 'c'].map((name) => ({ type: 'object', required: [`${name}${index}`] })),
        })),
      });
      expect(refusal(objects(12))).toMatchObject({ code: 'request.invalid' });
    });

    it.each([
      [{ oneOf: [{ $ref: '#' }] }],
      [{ oneOf: [{ $ref: '#' }, { type: 'string' }] }],
      [
        {
          oneOf: [
            { type: 'object', required: ['a'], properties: { a: { $ref: '#' } } },
            { type: 'object', required: ['a'], properties: { a: { const: 1 } } },
          ],
        },
      ],
    ])('ends for one whose alternative leads back to it: %j', (schema) => {
      const refused = refusal(schema);
      expect(refused === undefined || refused.code === 'request.invalid').toBe(true);
    });

    it('never fails otherwise, whatever it is', () => {
      fc.assert(
        fc.property(
          fc.object({
            key: fc.constantFrom(
              'type',
              'items',
              'properties',
              'required',
              'anyOf',
              'oneOf',
              'allOf',
              'enum',
              'const',
              '$ref',
              'pattern',
              'minLength',
              'maximum',
              'a',
              'prefixItems',
              'format',
              'not',
              'propertyNames',
              '__proto__',
              'dependencies',
            ),
            values: [
              fc.constantFrom('string', 'object', 'array', '#', '#/a', '[', '^a', -1, 1e30, true, false, null, 3),
            ],
            maxDepth: 4,
          }),
          (schema) => {
            refusal(schema);
          },
        ),
        { numRuns: 5000 },
      );
    });
  });
});
