import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { draftOf, fieldsOf, keyOf, valuesOf, type Draft } from './schema-fields.ts';

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
});
