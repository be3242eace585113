import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { append, noLines } from './line-buffer.ts';

describe('lines that come in pieces', () => {
  it('are the same however they are cut', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab\n]{0,5}$/)), (pieces) => {
        const { lines, rest } = pieces.reduce((buffer, piece) => append(buffer, piece, 1000), noLines);
        expect([...lines, rest].join('\n')).toBe(pieces.join(''));
      }),
    );
  });

  it('are the last ones, and those before are counted', () => {
    expect(append(noLines, 'a\nb\nc\nd', 2)).toEqual({ lines: ['b', 'c'], rest: 'd', dropped: 1 });
  });

  it('end where they get too long', () => {
    expect(append(noLines, 'x'.repeat(1_000_001), 10)).toMatchObject({ rest: '', dropped: 0 });
  });
});
