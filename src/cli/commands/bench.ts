import { askOnce, measure, type BenchPlan } from '../bench/measure.ts';
import type { BenchResult } from '../bench/statistics.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { jsonText } from '../output/json.ts';
import { printableLine } from '../output/printable.ts';
import { startSpinner } from '../output/spinner.ts';
import { tableText } from '../output/table.ts';

/** Times in ms, as the option parser made them. */
export interface BenchOptions {
  readonly prompt: string;
  readonly duration: number;
  readonly timeout: number;
  readonly concurrency: readonly number[];
  readonly maxTokens?: number;
  readonly json?: boolean;
}

/** Measures each concurrency in turn, after one request that loads and warms the model. Fails when all requests failed. */
export async function bench(
  context: CliContext,
  model: string,
  { prompt, duration: durationMs, timeout: timeoutMs, concurrency: levels, maxTokens, json = false }: BenchOptions,
): Promise<number> {
  const { t, clock, stderr } = context;
  const daemon = await context.daemon();
  const plan: BenchPlan = { model, prompt, durationMs, timeoutMs, maxTokens };
  const during = async <T>(text: string, work: () => Promise<T>): Promise<T> => {
    const spinner = startSpinner((elapsedMs) => `${text}  ${Math.floor(elapsedMs / 1000)} s`, {
      output: stderr,
      clock,
    });
    try {
      return await work();
    } finally {
      spinner.stop();
    }
  };
  await during(t('bench.warmingUp', { model: printableLine(model) }), () => askOnce(context, daemon, plan));
  const results: BenchResult[] = [];
  for (const concurrency of levels) {
    const result = await during(t('bench.measuring', { n: concurrency }), () =>
      measure(context, daemon, { plan, concurrency }),
    );
    results.push(result);
    for (const [reason, n] of Object.entries(result.Errors)) {
      context.notice(t('bench.failed', { concurrency, n, reason: printableLine(reason) }));
    }
  }
  if (json) context.print(jsonText({ model, prompt, results }, { indent: 2 }));
  else context.print(report(results, t));
  return results.every(({ Requests }) => Requests === 0) ? exitCodes.runtime : exitCodes.ok;
}

function report(results: readonly BenchResult[], t: CliContext['t']): string {
  const best = Math.max(...results.map(({ TPS }) => TPS));
  const slowest = Math.min(...results.map(({ TPS }) => TPS).filter((tps) => tps > 0));
  const lines = results.map(({ Concurrency, TPS }) => {
    const line = t('bench.line', {
      n: Concurrency,
      tps: TPS.toFixed(1),
      speed: Number.isFinite(slowest) ? (TPS / slowest).toFixed(2) : '?',
    });
    return TPS === best && results.length > 1 ? `${line} ${t('bench.fastest')}` : line;
  });
  const header = [
    t('column.concurrency'),
    t('column.requests'),
    t('column.failed'),
    t('column.rps'),
    t('column.tps'),
    t('column.tokens'),
    'TTFT P50/P95/P99',
    t('column.latency'),
  ];
  const rows = results.map((result) => [
    String(result.Concurrency),
    String(result.Requests),
    String(result.FailedRequests),
    result.MeanRPS.toFixed(2),
    result.TPS.toFixed(1),
    String(result.TotalTokens),
    percentileText(result.TimeToFirstTokenMs),
    percentileText(result.LatencyMs),
  ]);
  return `${lines.join('\n')}\n\n${tableText(header, rows)}`;
}

function percentileText(values: BenchResult['LatencyMs']): string {
  if (values === null) return '-';
  return `${[values.p50, values.p95, values.p99].map(Math.round).join('/')} ms`;
}
