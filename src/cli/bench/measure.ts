import { AppError, toAppError } from '#core';
import { streamAnswer } from '../chat/stream.ts';
import type { DaemonClient } from '../client/daemon-client.ts';
import { wentAway } from '../client/http.ts';
import type { CliContext } from '../context.ts';
import { summarize, type BenchResult, type Sample } from './statistics.ts';

export interface BenchPlan {
  readonly model: string;
  readonly prompt: string;
  readonly durationMs: number;
  /** Of one request. */
  readonly timeoutMs: number;
  /** Longest answer; as long as the model likes when undefined. */
  readonly maxTokens?: number | undefined;
}

// A daemon that refuses at once shall not be asked without end.
const mostFailures = 100;

/** Keeps `concurrency` requests going until the time is over; those under way then are answered and counted. */
export async function measure(
  context: CliContext,
  daemon: DaemonClient,
  { plan, concurrency }: { plan: BenchPlan; concurrency: number },
): Promise<BenchResult> {
  const { clock } = context;
  const samples: Sample[] = [];
  const failures: string[] = [];
  const beganAt = clock.monotonic();
  const worker = async (): Promise<void> => {
    while (clock.monotonic() - beganAt < plan.durationMs && failures.length < mostFailures) {
      try {
        samples.push(await askOnce(context, daemon, plan));
      } catch (error) {
        context.signal.throwIfAborted();
        failures.push(toAppError(error).message);
      }
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  return summarize({ samples, failures }, { concurrency, elapsedMs: clock.monotonic() - beganAt });
}

export async function askOnce(
  { clock, signal, t }: CliContext,
  daemon: DaemonClient,
  { model, prompt, timeoutMs, maxTokens }: BenchPlan,
): Promise<Sample> {
  const limit = new AbortController();
  const cancel = clock.schedule(timeoutMs, () =>
    limit.abort(new AppError('inference.timeout', t('bench.timeout', { seconds: timeoutMs / 1000 }))),
  );
  const beganAt = clock.monotonic();
  let firstAt: number | undefined;
  let pieces = 0;
  let counted: number | undefined;
  try {
    const sampling = maxTokens === undefined ? {} : { max_tokens: maxTokens };
    const request = { model, messages: [{ role: 'user', content: prompt }], sampling } as const;
    const options = { signal: AbortSignal.any([signal, limit.signal]), cutOff: () => wentAway(t) };
    for await (const event of streamAnswer(daemon, request, options)) {
      if (event.type === 'text' || event.type === 'reasoning') {
        firstAt ??= clock.monotonic();
        pieces += 1;
      } else if (event.type === 'usage') counted = event.tokens;
    }
  } finally {
    cancel();
  }
  return {
    totalMs: clock.monotonic() - beganAt,
    firstTokenMs: firstAt === undefined ? undefined : firstAt - beganAt,
    // A server that does not count sends about a token a piece.
    tokens: counted ?? pieces,
  };
}
