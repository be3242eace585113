import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fieldsOf, keyOf } from './schema-fields.ts';
import { draftOf, valuesOf, withItem, withoutItem, type Draft } from './schema-values.ts';

const schema = {
  type: 'object',
  required: ['city', 'options'],
  properties: {
    city: { type: 'string', title: 'City', description: 'Where' },
    days: { type: 'integer', default: 3 },
    ratio: { type: ['number', 'null'] },
    loud: { type: 'boolean' },
    unit: { enum: ['C', 'F', 3] },
    paths: { type: 'array', items: { type: 'string' } },
    sizes: { type: 'array', items: { type: 'number' } },
    raw: { anyOf: [{ type: 'string' }, { type: 'object' }] },
    options: { type: 'object', required: ['deep'], properties: { deep: { type: 'string' } } },
  },
};
const fields = fieldsOf([schema]);
const draft = (given: Record<string, string>): Draft => given;

describe('a form made from a JSON schema', () => {
  it('has a place for each property, of the kind that fits', () => {
    expect(fields.map(({ label, kind, isRequired }) => [label, kind, isRequired])).toEqual([
      ['City', 'text', true],
      ['days', 'integer', false],
      ['ratio', 'number', false],
      ['loud', 'boolean', false],
      ['unit', 'choice', false],
      ['paths', 'list', false],
      ['sizes', 'list', false],
      ['raw', 'json', false],
      ['options', 'group', true],
    ]);
    expect(fields[8]?.fields.map(({ path }) => keyOf(path))).toEqual(['options/deep']);
  });

  it('sends what was filled in, as what it is, and nothing else', () => {
    const filled = valuesOf(
      fields,
      draft({
        city: 'Bern',
        ratio: '0.5',
        loud: 'false',
        unit: '3',
        paths: '/a\n\n/b c',
        sizes: '1\n2',
        raw: '{"x":[1]}',
        'options/deep': ' ',
      }),
    );
    expect(filled.problems).toEqual({});
    expect(filled.values).toEqual({
      city: 'Bern',
      ratio: 0.5,
      loud: false,
      unit: 3,
      paths: ['/a', '/b c'],
      sizes: [1, 2],
      raw: { x: [1] },
      options: { deep: ' ' },
    });
  });

  it('says what is missing or cannot be read, and where', () => {
    const bad = { days: '1.5', ratio: 'much', raw: '{', sizes: 'x' };
    expect(valuesOf(fields, draft(bad)).problems).toEqual({
      city: 'missing',
      days: 'integer',
      ratio: 'number',
      raw: 'json',
      sizes: 'number',
      'options/deep': 'missing',
    });
  });

  it('does not miss what has a default, or what is in something that need not be there', () => {
    const optional = {
      properties: { days: { type: 'integer', default: 3 }, more: schema.properties.options },
      required: ['days'],
    };
    expect(valuesOf(fieldsOf([optional]), {})).toEqual({ values: {}, problems: {} });
  });

  it('gives back what it was filled with', () => {
    const values = fc.record(
      {
        city: fc.string({ minLength: 1 }),
        days: fc.integer(),
        ratio: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
        loud: fc.boolean(),
        unit: fc.constantFrom('C', 'F', 3),
        paths: fc.array(fc.stringMatching(/^\S+$/), { minLength: 1 }),
        raw: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
        options: fc.record({ deep: fc.string({ minLength: 1 }) }),
      },
      { requiredKeys: ['city', 'options'] },
    );
    fc.assert(
      fc.property(values, (given) => {
        const { values: read, problems } = valuesOf(fields, draftOf(fields, given));
        expect(problems).toEqual({});
        expect(JSON.stringify(read)).toBe(
          JSON.stringify(
            Object.fromEntries(
              Object.keys(schema.properties).flatMap((key) => {
                const value = (given as Record<string, unknown>)[key];
                return value === undefined ? [] : [[key, value]];
              }),
            ),
          ),
        );
      }),
    );
  });

  it.each([[{}], [{ properties: null }], [{ properties: { a: 3, b: null } }], [{ properties: [], required: 'x' }]])(
    'bears a schema that is none: %j',
    (odd) => {
      expect(() => valuesOf(fieldsOf([odd as Record<string, unknown>]), {})).not.toThrow();
    },
  );

  it('has lists of groups, which grow and shrink, and several of a few', () => {
    const all = fieldsOf([
      {
        $defs: {
          Point: { type: 'object', required: ['x'], properties: { x: { type: 'number' }, tag: { type: 'string' } } },
        },
        properties: {
          points: { type: 'array', minItems: 1, items: { $ref: '#/$defs/Point' } },
          colours: { type: 'array', items: { enum: ['red', 'green'], enumNames: ['Red', 'Green'] } },
          size: { anyOf: [{ type: 'integer', minimum: 2 }, { type: 'null' }] },
          mood: { oneOf: [{ const: 'a', title: 'Good' }, { const: 'b' }] },
          token: { type: 'string', format: 'password' },
        },
      },
    ]);
    expect(all.map(({ kind }) => kind)).toEqual(['items', 'choices', 'integer', 'choice', 'text']);
    expect(all[1]?.choices.map(({ label }) => label)).toEqual(['Red', 'Green']);
    expect(all[3]?.choices.map(({ label }) => label)).toEqual(['Good', 'b']);
    expect(all[4]?.isSecret).toBe(true);
    const [points] = all;
    if (!points) throw new Error('no field');
    const grown = withItem(points, withItem(points, withItem(points, {})));
    const given = {
      ...grown,
      'points/0/x': '1',
      'points/1/x': '2',
      'points/2/x': '3',
      'points/2/tag': 'c',
      colours: '["red"]',
    };
    expect(valuesOf(all, given).values).toEqual({ points: [{ x: 1 }, { x: 2 }, { x: 3, tag: 'c' }], colours: ['red'] });
    const shrunk = valuesOf(all, withoutItem(points, given, 1));
    expect(shrunk).toEqual({ values: { points: [{ x: 1 }, { x: 3, tag: 'c' }], colours: ['red'] }, problems: {} });
    expect(valuesOf(all, grown).problems).toEqual({
      'points/0/x': 'missing',
      'points/1/x': 'missing',
      'points/2/x': 'missing',
    });
    const back = draftOf(all, shrunk.values);
    expect(valuesOf(all, back).values).toEqual(shrunk.values);
  });

  it('says what is too short, too large, or of another form, and tries no pattern that could hang', () => {
    const all = fieldsOf([
      {
        properties: {
          code: { type: 'string', pattern: '^[A-Z]{2}$' },
          slow: { type: 'string', pattern: '^(a+)+$' },
          name: { type: 'string', minLength: 3, maxLength: 5 },
          count: { type: 'integer', minimum: 1, maximum: 9 },
          list: { type: 'array', items: { type: 'string' }, minItems: 2, maxItems: 3 },
        },
      },
    ]);
    const wrong = { code: 'x', slow: `${'a'.repeat(60)}!`, name: 'ab', count: '0', list: 'one' };
    expect(valuesOf(all, wrong).problems).toEqual({ code: 'pattern', name: 'short', count: 'small', list: 'few' });
    const other = { code: 'AB', name: 'abcdef', count: '10', list: 'a\nb\nc\nd' };
    expect(valuesOf(all, other).problems).toEqual({ name: 'long', count: 'large', list: 'many' });
  });

  it('bears references in circles and whatever else a schema says', () => {
    const circle = { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } };
    const tree = {
      $defs: { t: { type: 'object', properties: { t: { $ref: '#/$defs/t' } } } },
      properties: { t: { $ref: '#/$defs/t' } },
    };
    expect(() => valuesOf(fieldsOf([{ ...circle, properties: { a: { $ref: '#/$defs/a' } } }, tree]), {})).not.toThrow();
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom('type', 'properties', 'items', 'enum', 'anyOf', '$ref'), fc.jsonValue()),
        (property) => {
          const all = fieldsOf([{ properties: { property } }]);
          valuesOf(all, draftOf(all, { property: 1 }));
        },
      ),
    );
  });
});
