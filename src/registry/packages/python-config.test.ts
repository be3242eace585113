import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#core';
import { parsePythonConfig } from './python-config.ts';

const plain = (text: string): unknown =>
  Object.fromEntries(
    [...parsePythonConfig(text, 'pip.conf')].map(([name, values]) => [name, Object.fromEntries(values)]),
  );

describe('what Python reads', () => {
  // Each expectation was checked against configparser.RawConfigParser of Python 3.11.
  it.each<[string, string, unknown]>([
    ['either delimiter', '[a]\nx=1\ny: 2\nz = p:q=r\n', { a: { x: '1', y: '2', z: 'p:q=r' } }],
    ['keys without case', '[a]\nIndex-URL = U\n', { a: { 'index-url': 'U' } }],
    ['deeper lines as one value', '[a]\nx = 1\n  2\n\t3\ny = 4\n', { a: { x: '1\n2\n3', y: '4' } }],
    ['a value that begins on the next line', '[a]\nx =\n  1\n  2\n', { a: { x: '\n1\n2' } }],
    ['an empty line inside a value', '[a]\nx = 1\n\n  2\n\n\ny = 3\n', { a: { x: '1\n\n2', y: '3' } }],
    ['a comment inside a value', '[a]\nx = 1\n# no\n  ; no\n  2\n', { a: { x: '1\n2' } }],
    ['no comment after a value', '[a]\nx = 1 # part ; of it\n', { a: { x: '1 # part ; of it' } }],
    ['indented keys', '[a]\n  x = 1\n  y = 2\n', { a: { x: '1', y: '2' } }],
    ['percent signs as they are', '[a]\nx = %(y)s%20\n', { a: { x: '%(y)s%20' } }],
    [
      'DEFAULT in every section',
      '[DEFAULT]\nx = 1\ny = 1\n[a]\ny = 2\n[b]\n',
      { a: { x: '1', y: '2' }, b: { x: '1', y: '1' } },
    ],
    ['an empty value', '[a]\nx =\n', { a: { x: '' } }],
    ['Windows line ends', '[a]\r\nx = 1\r\n', { a: { x: '1' } }],
    ['nothing', '\n# only a comment\n', {}],
  ])('%s', (...[, text, expected]) => {
    expect(plain(text)).toEqual(expected);
  });

  it.each([
    ['a key outside a section', 'x = 1\n', 1],
    ['a line without delimiter', '[a]\nx = 1\nnonsense secret\n', 3],
    ['a repeated key', '[a]\nx = 1\nX = secret\n', 3],
    ['a repeated section', '[a]\n[b]\n[a]\n', 3],
    ['a line without key', '[a]\n= secret\n', 2],
  ])('refuses %s, naming the line and not its content', (...[, text, line]) => {
    const parse = (): unknown => plain(text);
    expect(parse).toThrow(
      expect.objectContaining({ code: 'settings.invalid', params: expect.objectContaining({ line }) }),
    );
    expect(parse).not.toThrow(/secret/);
  });

  it('answers any text with sections or a clear refusal', () => {
    const line = fc.oneof(fc.string(), fc.constantFrom('[a]', 'x = 1', '  y', '#', '', '[DEFAULT]', '=', 'x'));
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        try {
          plain(lines.join('\n'));
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
        }
      }),
    );
  });
});
