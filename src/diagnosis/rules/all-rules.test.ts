import { describe, expect, it } from 'vitest';
import { catalogue } from '../texts/explain.ts';
import { rules } from './all-rules.ts';

describe('the catalogue', () => {
  it('has a rule for each of its 72 failures', () => {
    const wanted = Array.from({ length: 72 }, (_none, index) => `C${String(index + 1).padStart(2, '0')}`);
    expect([...new Set(rules.map(({ id }) => id))].toSorted()).toEqual(wanted);
  });

  it('says everything in both languages, with the same values', () => {
    const values = (text: readonly string[] | undefined): readonly string[] =>
      [...new Set((text ?? []).join(' ').match(/\{\w+\}/g) ?? [])].toSorted();
    expect(Object.keys(catalogue.zh).toSorted()).toEqual(Object.keys(catalogue.en).toSorted());
    for (const [key, text] of Object.entries(catalogue.en)) {
      expect([key, values(catalogue.zh[key])]).toEqual([key, values(text)]);
      for (const part of catalogue.zh[key] ?? []) expect(part).toMatch(/\p{Script=Han}/u);
    }
  });
});
