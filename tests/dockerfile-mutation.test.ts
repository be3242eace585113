import { describe, expect, it } from 'vitest';
import { readCorpus } from '../scripts/eval/dockerfile.ts';
import { rateDockerfile } from '../src/dockerfile/index.ts';

const sources = readCorpus().map(({ source }) => source);
const pieces = [
  '\\\n',
  '\n',
  '"',
  "'",
  '`',
  '$(',
  '${',
  ')',
  '<<EOF\n',
  '|',
  '&&',
  '[',
  ']',
  '{',
  '#',
  '\r',
  '\u0000',
  '=',
  '--',
  'ONBUILD ',
  'FROM ',
  'RUN ',
  '\uFEFF',
  '\uD800',
  '🐳',
  ';;',
  '# escape=`\n',
  '/*',
  '@',
  '%',
];

/** Numbers that look random and are the same in every run (mulberry32). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function mutate(source: string, next: (below: number) => number): string {
  let text = source;
  for (let step = next(4); step >= 0; step -= 1) {
    const at = next(text.length + 1);
    const length = next(12);
    switch (next(5)) {
      case 0:
        text = text.slice(0, at) + text.slice(at + length);
        break;
      case 1:
        text = text.slice(0, at) + (pieces[next(pieces.length)] ?? '') + text.slice(at);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at, at + length).repeat(2 + next(30)) + text.slice(at + length);
        break;
      case 3: {
        const other = sources[next(sources.length)] ?? '';
        text = text.slice(0, at) + other.slice(next(other.length + 1));
        break;
      }
      default:
        text = text
          .split('\n')
          .toSorted(() => next(3) - 1)
          .join('\n');
    }
  }
  return text.slice(0, 20_000);
}

describe('10,000 mutated Dockerfiles', () => {
  const chunks = 20;
  const each = 500;
  it.each(Array.from({ length: chunks }, (_one, chunk) => chunk))(
    'are rated without a crash or a hang: part %i',
    (chunk) => {
      const next = numbers(chunk + 1);
      for (let index = 0; index < each; index += 1) {
        const source = mutate(sources[next(sources.length)] ?? '', next);
        const { score, findings } = rateDockerfile(source);
        const isSound =
          score >= 0 && score <= 100 && findings.every(({ line, endLine }) => line >= 1 && endLine >= line);
        if (!isSound) expect({ source, score }).toBe('a sound rating');
      }
      expect(each * chunks).toBe(10_000);
    },
  );
});
