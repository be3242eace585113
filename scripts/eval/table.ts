/** What one rule of a corpus found, missed and found wrongly. */
export interface Tally {
  readonly name: string;
  readonly found: number;
  readonly missed: number;
  readonly wrong: number;
}

export interface EvalResult {
  readonly title: string;
  readonly cases: number;
  readonly tallies: readonly Tally[];
  readonly failures: readonly string[];
  readonly targets: { readonly precision: number; readonly recall: number };
  /** Figures that nothing must reach. */
  readonly rows?: readonly string[] | undefined;
}

export function precisionOf(tallies: readonly Tally[]): number {
  return ratio(tallies, ({ wrong }) => wrong);
}

export function recallOf(tallies: readonly Tally[]): number {
  return ratio(tallies, ({ missed }) => missed);
}

function ratio(tallies: readonly Tally[], lost: (tally: Tally) => number): number {
  const found = tallies.reduce((sum, one) => sum + one.found, 0);
  const all = tallies.reduce((sum, one) => sum + one.found + lost(one), 0);
  return all === 0 ? 1 : found / all;
}

export function isMet({ tallies, targets }: EvalResult): boolean {
  return precisionOf(tallies) >= targets.precision && recallOf(tallies) >= targets.recall;
}

export function evalTable(result: EvalResult): string {
  const rows = [...result.tallies, { name: 'all', ...sumOf(result.tallies) }].map((tally) => [
    tally.name,
    String(tally.found),
    String(tally.missed),
    String(tally.wrong),
    precisionOf([tally]).toFixed(3),
    recallOf([tally]).toFixed(3),
  ]);
  const header = ['rule', 'found', 'missed', 'wrong', 'precision', 'recall'];
  const widths = header.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  ');
  return [
    `${result.title}: ${result.cases} cases`,
    line(header),
    ...rows.map(line),
    ...result.failures,
    ...(result.rows ?? []),
  ].join('\n');
}

function sumOf(tallies: readonly Tally[]): Omit<Tally, 'name'> {
  const sum = { found: 0, missed: 0, wrong: 0 };
  for (const { found, missed, wrong } of tallies) {
    sum.found += found;
    sum.missed += missed;
    sum.wrong += wrong;
  }
  return sum;
}
