import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeHeaderText } from '../protocol/param-headers.ts';
import type { Json } from '../types.ts';
import { headersFor, paramHeadersOf } from './param-headers.ts';

const schema = (properties: Json, more: object = {}): Json => ({ type: 'object', properties, ...more });
const region = { type: 'string', 'x-mcp-header': 'Region' };

describe('arguments that are repeated in headers', () => {
  it('are found wherever properties lead, and sent as texts', () => {
    const declared = paramHeadersOf(
      schema({ region, at: schema({ deep: { type: 'integer', 'x-mcp-header': 'Deep' } }), on: { type: 'boolean' } }),
    );
    expect(declared).toEqual([
      { path: ['region'], name: 'Region' },
      { path: ['at', 'deep'], name: 'Deep' },
    ]);
    expect(headersFor(declared ?? [], { region: 'eu', at: { deep: 3 }, on: true })).toEqual({
      'Mcp-Param-Region': 'eu',
      'Mcp-Param-Deep': '3',
    });
    expect(headersFor(declared ?? [], { region: null, at: [] })).toEqual({});
  });

  it.each([
    ['an empty name', schema({ a: { type: 'string', 'x-mcp-header': '' } })],
    ['a name that no header has', schema({ a: { type: 'string', 'x-mcp-header': 'a b' } })],
    ['a name with a line end', schema({ a: { type: 'string', 'x-mcp-header': 'a\r\nb' } })],
    ['a name that is no text', schema({ a: { type: 'string', 'x-mcp-header': 7 } })],
    ['a list', schema({ a: { type: 'array', 'x-mcp-header': 'A' } })],
    ['a number with a fraction', schema({ a: { type: 'number', 'x-mcp-header': 'A' } })],
    ['the same name twice', schema({ a: region, b: { ...region, 'x-mcp-header': 'REGION' } })],
    ['something in a list', schema({ a: { type: 'array', items: region } })],
    ['something that may not be there', schema({}, { anyOf: [schema({ region })] })],
    ['the whole', { type: 'string', 'x-mcp-header': 'A' }],
  ])('make a tool useless that wants %s repeated', (_what, wanted) => {
    expect(paramHeadersOf(wanted)).toBeUndefined();
  });

  it('are none where the word is only a value', () => {
    expect(paramHeadersOf(schema({ a: { type: 'object', default: { 'x-mcp-header': '' } } }))).toEqual([]);
    expect(paramHeadersOf(undefined)).toEqual([]);
  });

  it('come back as they were, whatever the text is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        const [value = ''] = Object.values(headersFor([{ path: ['a'], name: 'A' }], { a: text }));
        expect(() => new Headers([['a', value]])).not.toThrow();
        expect(decodeHeaderText(new Headers([['a', value]]).get('a') ?? '')).toBe(text);
      }),
    );
  });

  it('are looked for in any schema without end', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void paramHeadersOf(value as Json)));
  });
});
