import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { keepToFacts } from './keep-to-facts.ts';

/** As somebody who checks an answer reads numbers. */
const numbers = (text: string): readonly string[] => text.match(/\d+(?:[.,:]\d+)*/g) ?? [];

describe('what a model says about facts', () => {
  it.each([
    ['It uses 512 MB. Nothing else.', 'limit 512 MB', 'It uses 512 MB. Nothing else.'],
    ['It uses 512 MB. It peaked at 900 MB. Raise it.', 'limit 512 MB', 'It uses 512 MB. Raise it.'],
    ['端口 5432 已占用。重启了 7 次。', '端口 5432', '端口 5432 已占用。'],
    ['端口 5432 已占用，重启了 7 次。', '端口 5432', undefined],
    ['42!', '', undefined],
    ['See port 80.', '8 and 0', undefined],
    ['Port ８０ is open. So it is.', 'port 80', 'So it is.'],
  ])('%j keeps to the facts', (text, facts, kept) => {
    expect(keepToFacts(text, facts).text).toBe(kept);
  });

  it('makes no number of the ends of sentences between which one is left out', () => {
    expect(keepToFacts('There is 1. It has 99 parts\n2 are loaded.', '1 2').text).toBe('There is 1.\n2 are loaded.');
    expect(keepToFacts('It is 1. About 99 more。2 are here. ', '1 2').text).toBe('It is 1. 2 are here.');
    expect(keepToFacts('1. model 99\n2. model', '1 2').text).toBe('- model');
  });

  it('counts the items of a list as items, not as numbers', () => {
    const text = 'You have:\n1. smollm2, 92 MB\n2. gemma, 999 MB\n3) qwen\n\n10. phi';
    expect(keepToFacts(text, 'smollm2 92 MB')).toEqual({
      text: 'You have:\n- smollm2, 92 MB\n- qwen\n\n- phi',
      isCut: true,
    });
    const short = 'You have:\n1. smollm2\n2. smollm';
    expect(keepToFacts(short, 'smollm2')).toEqual({ text: 'You have:\n- smollm2\n- smollm', isCut: false });
  });

  it('never holds a number that the facts do not', () => {
    const numberPieces = [
      '1',
      '2',
      '99',
      '1.2',
      '１',
      '٣',
      'It is 1',
      '2 are here',
      'About 99 more',
      '1. one',
      '2) two',
    ];
    const others = ['word', '字', '.', ',', ':', '. ', '! ', '。', ' ', '\n', '\r\n', '\u2028', '*', '\u200b'];
    const piece = fc.constantFrom(...numberPieces, ...others);
    const sentence = fc.constantFrom('It is 1', '2 are here', 'About 99 more', ' 1');
    const end = fc.constantFrom('. ', '.', '.\n', '\n', '。', '! ', ' ', ',');
    const text = fc.oneof(
      fc.array(piece, { maxLength: 16 }).map((pieces) => pieces.join('')),
      { arbitrary: fc.array(fc.tuple(sentence, end), { maxLength: 6 }).map((all) => all.flat().join('')), weight: 3 },
    );
    const facts = fc.oneof(
      fc.constant('1 2'),
      fc.subarray(['1', '2', '1.1']).map((known) => known.join(' ')),
      text,
    );
    fc.assert(
      fc.property(text, facts, (said, known) => {
        const all = numbers(known);
        expect(numbers(keepToFacts(said, known).text ?? '').filter((number) => !all.includes(number))).toEqual([]);
      }),
      { numRuns: 10_000 },
    );
  });

  it('keeps a text whose numbers are all known as it is', () => {
    const word = fc.constantFrom('port', '80', 'is 12', 'open.', 'What?', '端口。', '1.2.3,', '\n');
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 20 }), (words) => {
        const text = `So ${words.join(' ')}`.replaceAll(/[^\S\n]*\n\s*/g, '\nand ').trim();
        expect(keepToFacts(text, text)).toEqual({ text, isCut: false });
      }),
    );
  });
});
