import { describe, expect, it } from 'vitest';
import { explain } from '#diagnosis';
import { diagnoseRecorded, isAsExpected, readCorpus, type Recorded } from './diagnosis/corpus.ts';

const corpus = await readCorpus();

const firstLine = ({ output, log, error }: Recorded): string =>
  [...(output ?? []), ...(log ?? []), error ?? ''][0] ?? '';

describe('a recorded failure has its cause ranked first', () => {
  it.each(corpus.map((one) => [`${one.text ?? one.expect} ${firstLine(one)}`, one] as const))('%s', (_name, one) => {
    const diagnosis = diagnoseRecorded(one);
    const [first] = diagnosis.causes;
    const seen = JSON.stringify([
      diagnosis.verdict,
      ...diagnosis.causes.map((cause) => [cause.text, cause.confidence]),
    ]);
    expect(isAsExpected(one, diagnosis), seen).toBe(true);
    if (one.text !== undefined) expect(first?.text).toBe(one.text);
    for (const cause of diagnosis.causes) {
      for (const language of ['en', 'zh'] as const) {
        const { title, why, advice } = explain(cause, language);
        // What was found may hold such words itself.
        const own = Object.values(cause.params).reduce<string>(
          (text, found) => text.replaceAll(String(found), '…'),
          [title, why, advice].join('\n'),
        );
        expect(own).not.toMatch(/\{\w+\}|undefined/);
      }
    }
  });
});
