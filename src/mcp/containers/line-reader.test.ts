import fc from 'fast-check';
import { expect, it } from 'vitest';
import { createLineReader } from './line-reader.ts';

function read(chunks: readonly Buffer[], maxBytes: number): readonly string[] {
  const heard: string[] = [];
  const take = createLineReader({
    maxBytes,
    onLine: (line) => heard.push(line),
    onTooLong: () => heard.push('TOO LONG'),
  });
  for (const chunk of chunks) take(chunk);
  return heard;
}

it('gives the same lines however the bytes come apart', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n'));
  fc.assert(
    fc.property(fc.array(line), fc.array(fc.nat(200)), (lines, cuts) => {
      const bytes = Buffer.from(lines.map((one) => `${one}\n`).join(''));
      const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
      const chunks = places.slice(1).map((end, index) => bytes.subarray(places[index], end));
      expect(read(chunks, 10_000)).toEqual(lines);
    }),
  );
});

it('says once that a line is too long, and reads nothing more', () => {
  expect(read([Buffer.from('ok\nabc'), Buffer.from('def'), Buffer.from('\nmore\n')], 5)).toEqual(['ok', 'TOO LONG']);
  expect(read([Buffer.from('abcde\n'), Buffer.from('abcdef\n')], 5)).toEqual(['abcde', 'TOO LONG']);
});
