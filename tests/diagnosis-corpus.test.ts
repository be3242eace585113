import { describe, expect, it } from 'vitest';
import { explain } from '#diagnosis';
import { diagnoseRecorded, readCorpus, type Recorded } from './diagnosis/corpus.ts';

const corpus = await readCorpus();

const firstLine = ({ output, log, error }: Recorded): string =>
  [...(output ?? []), ...(log ?? []), error ?? ''][0] ?? '';

describe('a recorded failure has its cause ranked first', () => {
  it.each(corpus.map((one) => [`${one.text ?? one.expect} ${firstLine(one)}`, one] as const))('%s', (_name, one) => {
    const diagnosis = diagnoseRecorded(one);
    const [first] = diagnosis.causes;
    expect(first?.id, JSON.stringify(diagnosis.causes.map((cause) => [cause.text, cause.confidence]))).toBe(one.expect);
    if (one.text !== undefined) expect(first?.text).toBe(one.text);
    for (const language of ['en', 'zh'] as const) {
      const explained = first && explain(first, language);
      expect(`${explained?.title}${explained?.advice}`).not.toMatch(/\{\w+\}|undefined/);
    }
  });
});
