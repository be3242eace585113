import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createKeyParser, type Key } from './keys.ts';

function keysOf(...pieces: readonly string[]): Key[] {
  const parser = createKeyParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const text = (keys: readonly Key[]): string => keys.map((key) => (key.type === 'key' ? '' : key.text)).join('');

describe('what a terminal sends', () => {
  it.each([
    ['\r', 'enter'],
    ['\n', 'newline'],
    ['\u001B\r', 'newline'],
    ['\u001B[13;2u', 'newline'],
    ['\t', 'tab'],
    ['\u001B[Z', 'back-tab'],
    ['\u001B', 'escape'],
    ['\u007F', 'backspace'],
    ['\u001B[A', 'up'],
    ['\u001BOB', 'down'],
    ['\u001B[1;5D', 'word-left'],
    ['\u001Bf', 'word-right'],
    ['\u001B[3~', 'delete'],
    ['\u0003', 'ctrl-c'],
    ['\u0012', 'ctrl-r'],
  ])('%j is the key %s', (bytes, name) => {
    expect(keysOf(bytes)).toEqual([{ type: 'key', name }]);
  });

  it('is text where it is none of those', () => {
    expect(keysOf('你好 @a')).toEqual([{ type: 'text', text: '你好 @a' }]);
  });

  it('does nothing where it is a key that has no meaning', () => {
    expect(keysOf('\u001B[15~', '\u001B[200;1u', '\u009B')).toEqual([]);
  });

  it('may be cut inside a sequence', () => {
    expect(keysOf('a\u001B[', '1;5', 'Cb')).toEqual([
      { type: 'text', text: 'a' },
      { type: 'key', name: 'word-right' },
      { type: 'text', text: 'b' },
    ]);
  });

  it('pastes without any of it acting as a key, however it is cut', () => {
    const pasted = 'rm -rf /\r\n\u0003\u001B[Ay\tz';
    const bytes = `\u001B[200~${pasted}\u001B[201~!`;
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 7, max: bytes.length - 1 }), { maxLength: 6 }), (cuts) => {
        const places = [...new Set([0, 6, ...cuts.toSorted((a, b) => a - b), bytes.length])];
        const pieces = places.slice(1).map((end, index) => bytes.slice(places[index], end));
        expect(keysOf(...pieces)).toEqual([
          { type: 'paste', text: 'rm -rf /\n[Ay    z' },
          { type: 'text', text: '!' },
        ]);
      }),
    );
  });

  it('never hangs, and never gives control characters as text', () => {
    const noise = fc.array(
      fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('\u001B[', '\u001B', '\u001B[200~', '~')),
    );
    fc.assert(
      fc.property(noise, (pieces) => {
        const seen = text(keysOf(...pieces));
        expect(seen.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});
