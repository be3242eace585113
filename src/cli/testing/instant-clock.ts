import type { Clock } from '#core';

/** A clock on which every pause is over at once and has taken its time. */
export function createInstantClock(): Clock {
  let elapsed = 0;
  return {
    now: () => 1_800_000_000_000 + elapsed,
    monotonic: () => elapsed,
    schedule(delayMs, action) {
      const pending = setImmediate(() => {
        elapsed += delayMs;
        action();
      });
      return () => clearImmediate(pending);
    },
  };
}
