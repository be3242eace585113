/** What one request of a measurement gave. */
export interface Sample {
  readonly totalMs: number;
  readonly firstTokenMs: number | undefined;
  readonly tokens: number;
}

export interface Percentiles {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
}

/** The outcome at one concurrency; the keys in capitals are Docker's (contract model-runner §1.3). */
export interface BenchResult {
  readonly Concurrency: number;
  readonly MeanRPS: number;
  readonly TotalTokens: number;
  readonly TPS: number;
  /** Nanoseconds. */
  readonly TotalTime: number;
  readonly Requests: number;
  readonly TokenCounts: readonly number[];
  readonly FailedRequests: number;
  /** What went wrong, and how often. */
  readonly Errors: Readonly<Record<string, number>>;
  readonly LatencyMs: Percentiles | null;
  readonly TimeToFirstTokenMs: Percentiles | null;
}

export function summarize(
  { samples, failures }: { samples: readonly Sample[]; failures: readonly string[] },
  { concurrency, elapsedMs }: { concurrency: number; elapsedMs: number },
): BenchResult {
  const tokens = samples.reduce((sum, sample) => sum + sample.tokens, 0);
  const seconds = elapsedMs / 1000;
  const errors: Record<string, number> = {};
  for (const failure of failures) errors[failure] = (errors[failure] ?? 0) + 1;
  return {
    Concurrency: concurrency,
    MeanRPS: seconds > 0 ? samples.length / seconds : 0,
    TotalTokens: tokens,
    TPS: seconds > 0 ? tokens / seconds : 0,
    TotalTime: Math.round(elapsedMs * 1e6),
    Requests: samples.length,
    TokenCounts: samples.map((sample) => sample.tokens),
    FailedRequests: failures.length,
    Errors: errors,
    LatencyMs: percentiles(samples.map(({ totalMs }) => totalMs)),
    TimeToFirstTokenMs: percentiles(samples.flatMap(({ firstTokenMs }) => firstTokenMs ?? [])),
  };
}

/** Nearest rank: each is a value that was really measured. */
export function percentiles(values: readonly number[]): Percentiles | null {
  if (values.length === 0) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
