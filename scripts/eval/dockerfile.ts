import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rateDockerfile, type ProjectContext, type RateOptions } from '../../src/dockerfile/index.ts';
import type { EvalResult, Tally } from './table.ts';

const corpus = fileURLToPath(new URL('../../tests/corpus/dockerfile', import.meta.url));

interface Label {
  /** Rules that must find something: `SEC08`, or `SEC08@3` where the line matters. */
  readonly must?: readonly string[];
  /** Rules that must not; `*`: none but those of `must` may find an error or a warning. */
  readonly mustNot?: readonly string[] | '*';
  readonly project?: ProjectContext;
  readonly settings?: RateOptions['settings'];
}

export interface CorpusCase extends Label {
  readonly name: string;
  readonly source: string;
}

export function readCorpus(): CorpusCase[] {
  const labels = JSON.parse(readFileSync(join(corpus, 'labels.json'), 'utf8')) as Readonly<Record<string, Label>>;
  return Object.entries(labels).map(([name, label]) => ({
    name,
    source: readFileSync(join(corpus, `${name}.Dockerfile`), 'utf8'),
    ...label,
  }));
}

export function evalDockerfiles(): EvalResult {
  const tallies = new Map<string, { found: number; missed: number; wrong: number }>();
  const failures: string[] = [];
  const count = (id: string, what: 'found' | 'missed' | 'wrong', name?: string): void => {
    const tally = tallies.get(id) ?? { found: 0, missed: 0, wrong: 0 };
    tally[what] += 1;
    tallies.set(id, tally);
    if (name !== undefined) failures.push(`${what}: ${id} in ${name}`);
  };
  const cases = readCorpus();
  for (const { name, source, must = [], mustNot = [], project, settings } of cases) {
    const { findings } = rateDockerfile(source, { context: project, settings });
    const wanted = must.map((one) => one.split('@') as [string, string?]);
    for (const [id, line] of wanted) {
      const isThere = findings.some(
        (finding) => finding.id === id && (line === undefined || finding.line === Number(line)),
      );
      count(id, isThere ? 'found' : 'missed', isThere ? undefined : name);
    }
    const wrong =
      mustNot === '*'
        ? findings.filter(({ severity, id }) => severity !== 'info' && !wanted.some(([one]) => one === id))
        : findings.filter(({ id }) => mustNot.includes(id));
    for (const id of new Set(wrong.map((finding) => finding.id))) count(id, 'wrong', name);
  }
  const sorted: Tally[] = [...tallies]
    .map(([name, tally]) => ({ name, ...tally }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    title: 'Dockerfile rating',
    cases: cases.length,
    tallies: sorted,
    failures,
    targets: { precision: 0.98, recall: 0.95 },
  };
}
