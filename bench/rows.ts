/** One line of the table. `ratio` is ours against the reference measured interleaved in the same run; `target` says which way is good. */
export interface BenchRow {
  readonly name: string;
  readonly ours: string;
  readonly reference: string;
  readonly ratio: number;
  readonly target: string;
  readonly met: boolean;
  readonly note?: string | undefined;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** Nearest-rank percentiles of at least one sample. */
export function percentiles(samples: readonly number[]): Percentiles {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

export function formatPercentiles({ p50, p95, p99 }: Percentiles, unit: string): string {
  return `${p50.toFixed(2)} / ${p95.toFixed(2)} / ${p99.toFixed(2)} ${unit}`;
}
