import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { matching, piecesOf, readPattern } from './log-search.ts';

const lines = (...texts: readonly string[]) => texts.map((text) => ({ stream: 'stdout' as const, at: '', text }));

describe('a search in a log', () => {
  it('finds text in any case of letters, whatever it means in an expression', () => {
    expect(matching(lines('An ERROR', 'fine', 'error (1)'), readPattern('error'))).toEqual([0, 2]);
    expect(matching(lines('a.b', 'axb', '[info]'), readPattern('a.b'))).toEqual([0]);
    expect(matching(lines('a.b', '[INFO]'), readPattern('[info]'))).toEqual([1]);
  });

  it('takes what stands between slashes as an expression, and says why it is none', () => {
    expect(matching(lines('took 12 ms', 'took long'), readPattern(String.raw`/took \d+/`))).toEqual([0]);
    expect(readPattern('/(/').state).toBe('broken');
    expect(matching(lines('/', '//'), readPattern('//'))).toEqual([1]);
  });

  it('finds nothing when nothing is looked for', () => {
    expect(matching(lines('a'), readPattern(''))).toEqual([]);
  });

  it('leaves the text as it is, in pieces', () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ maxLength: 3 }), (text, search) => {
        const pieces = piecesOf(text, readPattern(search));
        expect(pieces.map((piece) => piece.text).join('')).toBe(text);
      }),
    );
    expect(piecesOf('an Error here', readPattern('error'))).toEqual([
      { text: 'an ', isMatch: false },
      { text: 'Error', isMatch: true },
      { text: ' here', isMatch: false },
    ]);
    expect(piecesOf('aaa', readPattern('/x*/'))).toEqual([{ text: 'aaa', isMatch: false }]);
  });
});
