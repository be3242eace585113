import { describe, expect, it } from 'vitest';
import { evalDockerfiles, readCorpus } from '../scripts/eval/dockerfile.ts';
import { evalTable, precisionOf, recallOf } from '../scripts/eval/table.ts';
import { rateDockerfile } from '../src/dockerfile/index.ts';
import { catalogue } from '../src/dockerfile/rules/catalogue.ts';

describe('the Dockerfiles written for the rating', () => {
  const result = evalDockerfiles();

  it('are at least 250, and every rule finds something in one and is kept quiet by another', () => {
    const cases = readCorpus();
    expect(cases.length).toBeGreaterThanOrEqual(250);
    const found = new Set(cases.flatMap(({ must = [] }) => must.map((one) => one.split('@')[0])));
    const quiet = new Set(cases.flatMap(({ mustNot = [] }) => (mustNot === '*' ? [] : mustNot)));
    expect(catalogue.filter(({ id }) => !found.has(id)).map(({ id }) => id)).toEqual([]);
    expect(catalogue.filter(({ id }) => !quiet.has(id)).map(({ id }) => id)).toEqual([]);
  });

  it('are told apart with a precision of 0.98 and a recall of 0.95', () => {
    console.log(evalTable(result));
    expect(precisionOf(result.tallies)).toBeGreaterThanOrEqual(0.98);
    expect(recallOf(result.tallies)).toBeGreaterThanOrEqual(0.95);
  });

  it('hold what good files look like: those are graded A', () => {
    const good = readCorpus().filter(({ name }) => name.startsWith('whole/good-'));
    const grades = good.map(({ name, source, project, settings }) => [
      name,
      rateDockerfile(source, { context: project, settings }).grade,
    ]);
    expect(grades.filter(([, grade]) => grade !== 'A')).toEqual([]);
  });
});
