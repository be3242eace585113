import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { logLine, type LogLine } from '#contract';
import type { OutputChunk } from '#docker';
import { logLines } from './log-lines.ts';

const stamp = '2026-11-25T10:00:00.123456789Z';

async function linesOf(chunks: readonly OutputChunk[], limitBytes?: number): Promise<LogLine[]> {
  const source = (async function* send() {
    yield* chunks;
  })();
  const all: LogLine[] = [];
  for await (const batch of logLines(source, { limitBytes })) all.push(...batch.map((line) => logLine.parse(line)));
  return all;
}
const out = (text: string): OutputChunk => ({ stream: 'stdout', bytes: Buffer.from(text) });

describe('lines of a log', () => {
  it('keep both streams apart, with the stamp of each line', async () => {
    const chunks: OutputChunk[] = [
      out(`${stamp} hel`),
      { stream: 'stderr', bytes: Buffer.from(`${stamp} bad\n`) },
      out('lo\r\n'),
      out(`${stamp} no end`),
    ];
    expect(await linesOf(chunks)).toEqual([
      { stream: 'stderr', at: stamp, text: 'bad' },
      { stream: 'stdout', at: stamp, text: 'hello' },
      { stream: 'stdout', at: stamp, text: 'no end' },
    ]);
  });

  it('are the same however the bytes come', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll(/[\r\n]/g, ' '))),
        fc.integer({ min: 1, max: 40 }),
        async (texts, size) => {
          const bytes = Buffer.from(texts.map((text) => `${stamp} ${text}\n`).join(''));
          const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_one, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          );
          const lines = await linesOf(parts.map((part) => ({ stream: 'stdout', bytes: part })));
          expect(lines.map((line) => 'text' in line && line.text)).toEqual(texts);
        },
      ),
    );
  });

  it('are cut where they are long, saying by how much, and cost no memory', async () => {
    const long = Array.from({ length: 320 }, () => out('x'.repeat(16_384)));
    const [line] = await linesOf([out(`${stamp} `), ...long, out('\n')]);
    expect(line).toMatchObject({ stream: 'stdout', cutBytes: 5_242_880 + stamp.length + 1 - 8232 });
    expect(line && 'text' in line && line.text.length).toBe(8232 - stamp.length - 1);
  });

  it('end where the answer is as long as it may be', async () => {
    const lines = await linesOf([out(`${stamp} a\n`), out(`${stamp} b\n`), out(`${stamp} c\n`)], 40);
    expect(lines.at(-1)).toEqual({ type: 'limit' });
    expect(lines).toHaveLength(3);
  });
});
