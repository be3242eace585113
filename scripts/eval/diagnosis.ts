import { diagnoseRecorded, isAsExpected, readCorpus } from '../../tests/diagnosis/corpus.ts';
import type { EvalResult, Tally } from './table.ts';

/** The cause that comes first, against the one that was recorded. */
export async function evalDiagnosis(): Promise<EvalResult> {
  const cases = await readCorpus();
  const tallies = new Map<string, { found: number; missed: number; wrong: number }>();
  const failures: string[] = [];
  const tallyOf = (name: string): { found: number; missed: number; wrong: number } => {
    const tally = tallies.get(name) ?? { found: 0, missed: 0, wrong: 0 };
    tallies.set(name, tally);
    return tally;
  };
  for (const one of cases) {
    const diagnosis = diagnoseRecorded(one);
    const first = diagnosis.verdict === 'cause_found' ? diagnosis.causes[0]?.id : undefined;
    if (isAsExpected(one, diagnosis)) {
      tallyOf(one.expect).found += 1;
      continue;
    }
    tallyOf(one.expect).missed += 1;
    if (first !== undefined) tallyOf(first).wrong += 1;
    failures.push(
      `${one.text ?? one.expect}, found ${first ?? diagnosis.verdict}: ${JSON.stringify(one.log ?? one.output)}`,
    );
  }
  const sorted = [...tallies].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    title: 'Diagnosis: the first cause',
    cases: cases.length,
    tallies: sorted.map(([name, tally]): Tally => ({ name, ...tally })),
    failures,
    targets: { precision: 0.95, recall: 0.95 },
  };
}
