import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matchesPattern, parseServerUri } from './server-uri.ts';

describe('the address of a server', () => {
  it.each([
    ['docker://me/server:1', { kind: 'image', image: 'me/server:1' }],
    ['catalog://starter/memory', { kind: 'catalog', catalog: 'starter', patterns: ['memory'] }],
    [
      'catalog://localhost:5000/a/b:1/x-*+y',
      { kind: 'catalog', catalog: 'localhost:5000/a/b:1', patterns: ['x-*', 'y'] },
    ],
    ['https://r.example/v0/servers/x', { kind: 'registry', url: 'https://r.example/v0/servers/x' }],
    ['http://127.0.0.1:1/v0/servers/x', { kind: 'registry', url: 'http://127.0.0.1:1/v0/servers/x' }],
    ['file://./my%20server.yaml', { kind: 'file', path: './my server.yaml' }],
    ['file:///etc/server.yaml', { kind: 'file', path: '/etc/server.yaml' }],
  ])('%s', (text, uri) => {
    expect(parseServerUri(text)).toEqual(uri);
  });

  it.each(['', 'memory', 'docker://', 'catalog://starter', 'catalog:///x', 'ftp://x/y', 'file://%zz'])(
    'is not %j',
    (text) => {
      expect(() => parseServerUri(text)).toThrow('does not name a server');
    },
  );
});

describe('a pattern', () => {
  it.each([
    ['sse-3', 'sse-*', true],
    ['a.b', 'a.b', true],
    ['axb', 'a.b', false],
    ['abc', 'a?c', true],
    ['a/c', 'a?c', false],
    ['a/b', '*', false],
    ['b2', '[a-c]2', true],
    ['d2', '[a-c]2', false],
    ['d2', '[^a-c]2', true],
    ['a*', String.raw`a\*`, true],
    ['ab', String.raw`a\*`, false],
    ['文件', '文*', true],
    ['a', '[', false],
  ])('%s and %s: %s', (name, pattern, expected) => {
    expect(matchesPattern(name, pattern)).toBe(expected);
  });

  it('without special signs means that name and no other', () => {
    const plain = fc.string({ minLength: 1 }).filter((text) => !/[*?[\\]/.test(text));
    fc.assert(
      fc.property(
        plain,
        plain,
        (one, other) => matchesPattern(one, one) && matchesPattern(one, other) === (one === other),
      ),
    );
  });
});
