import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { excerptOf } from './excerpt.ts';

const lines = (count: number): string => Array.from({ length: count }, (_, index) => `line ${index + 1}`).join('\n');

describe('what is shown of an output', () => {
  it('is all of it where it is short', () => {
    expect(excerptOf('one\ntwo\n', 'beginning')).toEqual({ text: 'one\ntwo', lines: 2, isCut: false });
  });

  it('is its first or its last ten lines', () => {
    expect(excerptOf(lines(300), 'beginning')).toEqual({ text: lines(10), lines: 300, isCut: true });
    expect(excerptOf(lines(300), 'end').text.split('\n')).toEqual(lines(300).split('\n').slice(-10));
  });

  it('is never long, and never says that something is left out where nothing is', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 4000 }),
        fc.constantFrom('beginning' as const, 'end' as const),
        (text, end) => {
          const { text: shown, isCut } = excerptOf(text, end);
          expect(shown.length).toBeLessThanOrEqual(1500);
          expect(text).toContain(shown);
          expect(isCut).toBe(shown !== text.replace(/\n+$/, ''));
        },
      ),
    );
  });
});
