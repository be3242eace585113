import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitWords } from './split-words.ts';

describe('a command that is typed', () => {
  it('is taken apart as a shell does', () => {
    expect(splitWords(`  psql -c "select 'a b'"  x\\ y ''`)).toEqual(['psql', '-c', "select 'a b'", 'x y', '']);
    expect(splitWords('')).toEqual([]);
  });

  it('is none while a quote is open', () => {
    expect([splitWords('sh -c "'), splitWords("'"), splitWords('a\\')]).toEqual([undefined, undefined, undefined]);
  });

  it('gives back any words that are quoted', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const line = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
        expect(splitWords(line)).toEqual(words);
      }),
    );
  });
});
