import type { Clock } from '#core';

export interface ManualClock extends Clock {
  /** Moves time on and runs what falls due, in order. */
  advance(ms: number): void;
}

/** A clock that only moves when told to. */
export function createManualClock(startMs = 1_800_000_000_000): ManualClock {
  let elapsed = 0;
  let timers: { at: number; action: () => void }[] = [];
  return {
    now: () => startMs + elapsed,
    monotonic: () => elapsed,
    schedule(delayMs, action) {
      const timer = { at: elapsed + delayMs, action };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    advance(ms) {
      elapsed += ms;
      const due = timers.filter(({ at }) => at <= elapsed).toSorted((a, b) => a.at - b.at);
      timers = timers.filter((timer) => !due.includes(timer));
      for (const { action } of due) action();
    },
  };
}
