import fc from 'fast-check';
import { stringify } from 'yaml';
import { describe, expect, it } from 'vitest';
import { parseDocument } from './parse-document.ts';

const refused = (text: string): string => {
  try {
    parseDocument(text, 'x.yaml');
  } catch (error) {
    if (error instanceof Error) return `${'code' in error ? String(error.code) : ''} ${error.message}`;
  }
  return 'accepted';
};

const bomb = [
  'a: &a [x,x,x,x,x,x,x,x,x,x]',
  ...'bcdefghij'.split('').map((name, at) => {
    const before = 'abcdefghi'[at] ?? 'a';
    return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(',')}]`;
  }),
].join('\n');

describe('a document of somebody else', () => {
  it('is read the same from JSON and YAML', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const wanted: unknown = JSON.parse(JSON.stringify(value));
        fc.pre(!JSON.stringify(wanted).includes('__proto__'));
        expect(parseDocument(JSON.stringify(wanted), 'x')).toEqual(wanted);
        expect(parseDocument(stringify(wanted), 'x')).toEqual(wanted);
      }),
    );
  });

  it('may begin with a byte order mark, have comments and merge keys', () => {
    expect(parseDocument('\uFEFF{"a": 1}', 'x')).toEqual({ a: 1 });
    expect(parseDocument('{a: 1, b: [x]}', 'x')).toEqual({ a: 1, b: ['x'] });
    expect(parseDocument('base: &b {x: 1}\nuse:\n  <<: *b\n  y: 2 # why', 'x')).toEqual({
      base: { x: 1 },
      use: { x: 1, y: 2 },
    });
  });

  it.each([
    ['a key twice in JSON', '{"a": {"b": 1, "c": "}", "b": 2}}', 'the key "b" is there twice'],
    ['a key twice, once escaped', '{"ab": 1, "a\\u0062": 2}', 'the key "ab" is there twice'],
    ['a key twice in YAML', 'a: 1\na: 2', 'unique'],
    ['a bomb of aliases', bomb, 'alias'],
    ['a prototype in JSON', '{"a": {"__proto__": {"x": 1}}}', '__proto__'],
    ['a prototype in YAML', 'a:\n  __proto__: {x: 1}', '__proto__'],
    ['a nesting without end', '['.repeat(5000) + ']'.repeat(5000), 'nested deeper'],
    ['a number that JSON does not have', 'a: .nan', 'kind that JSON does not have'],
    ['no syntax at all', '{"a": ', 'x.yaml is not a usable catalogue'],
    ['an alias of itself', 'a: &a [*a]', 'x.yaml is not a usable catalogue'],
  ])('with %s is refused', (_what, text, reason) => {
    expect(refused(text)).toContain('mcp.catalog_invalid');
    expect(refused(text)).toContain(reason);
  });

  it('that is too large is refused before it is read', () => {
    expect(refused(`a: ${'x'.repeat(65 << 20)}`)).toContain('larger than 64 MiB');
  });
});
