import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanLine, createLineRing, createOutputLines } from './output-lines.ts';

function linesOf(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const output = createOutputLines((line) => lines.push(line));
  for (const chunk of chunks) output.push(chunk);
  output.end();
  return lines;
}

describe('createOutputLines', () => {
  it('gives the same lines however the bytes are cut', () => {
    const text = 'first\r\nzwölf 你好\n\nlast without end';
    const bytes = Buffer.from(text);
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((end, at) => bytes.subarray(edges[at], end));
        expect(linesOf(chunks)).toEqual(['first', 'zwölf 你好', 'last without end']);
      }),
    );
  });

  it('keeps the start of an endless line and drops the rest, and goes on with the next', () => {
    const chunks = [...Array.from({ length: 100 }, () => Buffer.alloc(1000, 'x')), Buffer.from('\nnext\n')];
    const lines = linesOf(chunks);
    expect(lines).toHaveLength(2);
    expect(lines[0]?.length).toBeLessThan(3100);
    expect(lines[1]).toBe('next');
  });
});

describe('cleanLine', () => {
  it('removes terminal escapes and control characters', () => {
    expect(cleanLine('\u001b[31mred\u001b[0m \u001b]0;title\u0007a\u0000b\u0008c')).toBe('red abc');
  });
});

describe('createLineRing', () => {
  it('keeps the last lines', () => {
    const ring = createLineRing(3);
    for (let i = 0; i < 100; i++) ring.add(String(i));
    expect(ring.text()).toBe('97\n98\n99');
  });
});
