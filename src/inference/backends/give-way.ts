import type { Clock } from '#core';

export interface GiveWayOptions {
  /** Whether somebody else's answer wants the cores now. */
  readonly isWanted: () => boolean;
  readonly send: (signal: 'SIGSTOP' | 'SIGCONT') => void;
  readonly clock: Clock;
}

export interface GivingWay {
  /** How long it has stood still. */
  pausedMs(): number;
  /** Lets it go on for good. */
  end(): void;
}

/** Short enough that nobody who reads along sees a stream pause. */
export const runMs = 25;
/** With as long as it runs, a stream on two cores had 0.43 of its speed; with twice that, 0.55. */
export const restMs = 50;

/**
 * Lets a process that loads a model rest in turns while others answer. Its one busy thread takes half a core from one of the threads
 * of an answer, and those wait for each other, so that the answer would be slower by far more than that (docs/benchmarks.md). A lower
 * priority would do the same, but only root may raise one again.
 */
export function giveWay({ isWanted, send, clock }: GiveWayOptions): GivingWay {
  let pausedAt: number | undefined;
  let pausedMs = 0;
  const goOn = (): void => {
    if (pausedAt === undefined) return;
    pausedMs += clock.monotonic() - pausedAt;
    pausedAt = undefined;
    send('SIGCONT');
  };
  const turn = (): void => {
    if (pausedAt !== undefined) goOn();
    else if (isWanted()) {
      pausedAt = clock.monotonic();
      send('SIGSTOP');
    }
    cancel = clock.schedule(pausedAt === undefined ? runMs : restMs, turn);
  };
  let cancel = clock.schedule(runMs, turn);
  return {
    pausedMs: () => pausedMs + (pausedAt === undefined ? 0 : clock.monotonic() - pausedAt),
    end() {
      cancel();
      goOn();
    },
  };
}
