import { AppError, delay, type Clock } from '#core';
import type { RunnerExit } from '../types.ts';

export interface ReadinessOptions {
  /** True when the runner serves; false or a rejection while it does not yet. */
  readonly probe: (signal: AbortSignal) => Promise<boolean>;
  readonly exited: Promise<RunnerExit>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly limitMs: number;
  /** Time for which it was made to stand still, which does not count. */
  readonly pausedMs?: (() => number) | undefined;
}

export type Readiness = { readonly ready: true } | { readonly ready: false; readonly exit: RunnerExit };

const firstIntervalMs = 5;
const longestIntervalMs = 50;

/** Short loads are watched closely, long ones cheaply: at most about 1 % of the load passes unnoticed. */
export function pollInterval(elapsedMs: number): number {
  return Math.min(longestIntervalMs, Math.max(firstIntervalMs, elapsedMs / 100));
}

/**
 * Waits until the runner answers or ends.
 * @throws AppError `inference.timeout` after `limitMs`; the signal's reason when aborted
 */
export async function waitUntilReady(options: ReadinessOptions): Promise<Readiness> {
  const { probe, exited, clock, signal, limitMs, pausedMs = () => 0 } = options;
  const ended = new AbortController();
  const stop = AbortSignal.any([signal, ended.signal]);
  const startedAt = clock.monotonic();
  const poll = async (): Promise<Readiness> => {
    for (;;) {
      if (await probe(stop).catch(() => false)) return { ready: true };
      const elapsedMs = clock.monotonic() - startedAt;
      if (elapsedMs - pausedMs() >= limitMs) {
        const seconds = Math.round(limitMs / 1000);
        throw new AppError('inference.timeout', `The model was not ready after ${seconds} s.`, {
          hint: 'The disk may be slow or the machine busy; try again, or choose a smaller model.',
          params: { seconds },
        });
      }
      await delay(pollInterval(elapsedMs), { clock, signal: stop });
    }
  };
  const exit = exited.then((value): Readiness => ({ ready: false, exit: value }));
  try {
    return await Promise.race([poll(), exit]);
  } finally {
    ended.abort();
  }
}
