import { describe, expect, it } from 'vitest';
import { explain } from '#diagnosis';
import { diagnoseRecorded, readCorpus } from './diagnosis/corpus.ts';

const corpus = await readCorpus();

describe('a recorded failure', () => {
  it.each(
    corpus.map(
      (one) => [one.expect, one.text ?? '', (one.output ?? one.log ?? [])[0] ?? one.error ?? '', one] as const,
    ),
  )('has its cause ranked first: %s %s %s', (id, text, _line, one) => {
    const diagnosis = diagnoseRecorded(one);
    const [first] = diagnosis.causes;
    expect(first?.id, JSON.stringify(diagnosis.causes.map((cause) => [cause.text, cause.confidence]))).toBe(id);
    if (text !== '') expect(first?.text).toBe(text);
    for (const language of ['en', 'zh'] as const) {
      const explained = first && explain(first, language);
      expect(`${explained?.title}${explained?.advice}`).not.toMatch(/\{\w+\}|undefined/);
    }
  });
});
