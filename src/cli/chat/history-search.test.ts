import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { beginSearch, foundBy, searchWith } from './history-search.ts';

const [ctrlR, ctrlS, ctrlC, backspace, escape] = ['\u0012', '\u0013', '\u0003', '\u007F', '\u001B'];
const entries = ['Ships at sea', 'cats', 'old ships', 'Ships at sea', 'the first'];

function shown(keys: string): string {
  const result = searchWith(beginSearch('typed'), keys, entries);
  return 'search' in result ? foundBy(result.search, entries) : `${result.end.line}|${result.end.keys}`;
}

describe('a search through earlier messages', () => {
  it('finds the newest that has the letters, in any case, and older ones with Ctrl-R', () => {
    expect(shown('')).toBe('typed');
    expect(shown('sHip')).toBe('Ships at sea');
    expect(shown(`ship${ctrlR}`)).toBe('old ships');
    expect(shown(`ship${ctrlR}${ctrlR}${ctrlR}`)).toBe('Ships at sea');
    expect(shown(`ship${ctrlR}${ctrlS}`)).toBe('Ships at sea');
    expect(shown('old s')).toBe('old ships');
  });

  it('starts again from the newest when a letter is taken back', () => {
    expect(shown(`ship${ctrlR}x${backspace}`)).toBe('Ships at sea');
    expect(shown(`cat${backspace.repeat(3)}`)).toBe('typed');
  });

  it('leaves the line as it was where nothing is found, and when it is cancelled', () => {
    expect(shown('nothing like it')).toBe('typed');
    expect(shown(`cat${ctrlC}`)).toBe('typed|');
  });

  it('ends with any other key, which the editor gets', () => {
    expect(shown('cat\rnext')).toBe('cats|\rnext');
    expect(shown(`cat${escape}[D`)).toBe(`cats|${escape}[D`);
    expect(shown(`cat${escape}`)).toBe('cats|');
  });

  it('shows only what has the letters, whatever is pressed', () => {
    const key = fc.constantFrom(ctrlR, ctrlS, backspace, 's', 'h', 'i', '船', '👍');
    fc.assert(
      fc.property(fc.array(key), fc.array(fc.string()), (keys, history) => {
        const result = searchWith(beginSearch('typed'), keys.join(''), history);
        if ('end' in result) throw new Error('no key of these ends a search');
        const { query, at } = result.search;
        expect(query).not.toMatch(/\p{Cc}/u);
        if (at !== undefined) expect(history[at]?.toLowerCase()).toContain(query.toLowerCase());
        else expect(foundBy(result.search, history)).toBe('typed');
      }),
    );
  });
});
