import { describe, expect, it } from 'vitest';
import { deferred, type Clock } from '#core';
import type { RunnerExit } from '../types.ts';
import { pollInterval, waitUntilReady } from './readiness.ts';

/** Time passes only by waiting: every scheduled action runs at once and moves the clock. */
function leapingClock(): Clock & { waits: number[] } {
  let time = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => time,
    monotonic: () => time,
    schedule(delayMs, action) {
      const handle = setImmediate(() => {
        time += delayMs;
        waits.push(delayMs);
        action();
      });
      return () => clearImmediate(handle);
    },
  };
}

const never = new Promise<RunnerExit>(() => undefined);
const signal = new AbortController().signal;

describe('waitUntilReady', () => {
  it('asks every 5 ms at first', async () => {
    const clock = leapingClock();
    let asked = 0;
    const probe = async (): Promise<boolean> => ++asked > 10;
    expect(await waitUntilReady({ probe, exited: never, clock, signal, limitMs: 1000 })).toEqual({ ready: true });
    expect(clock.waits).toEqual(Array.from({ length: 10 }, () => 5));
  });

  it('takes a refused connection for not ready yet', async () => {
    let asked = 0;
    const probe = async (): Promise<boolean> => {
      if (++asked < 3) throw new Error('ENOENT');
      return true;
    };
    const options = { probe, exited: never, clock: leapingClock(), signal, limitMs: 1000 };
    expect(await waitUntilReady(options)).toEqual({ ready: true });
  });

  it('stops asking when the runner ends', async () => {
    const exited = deferred<RunnerExit>();
    const exit: RunnerExit = { code: 1, signal: null, lastOutput: '' };
    let asked = 0;
    const probe = async (): Promise<boolean> => {
      if (++asked === 3) exited.resolve(exit);
      return false;
    };
    const clock = leapingClock();
    expect(await waitUntilReady({ probe, exited: exited.promise, clock, signal, limitMs: 1e9 })).toEqual({
      ready: false,
      exit,
    });
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked).toBe(3);
  });

  it('gives up at its limit', async () => {
    const options = { probe: async () => false, exited: never, clock: leapingClock(), signal, limitMs: 60_000 };
    await expect(waitUntilReady(options)).rejects.toMatchObject({ code: 'inference.timeout', params: { seconds: 60 } });
  });

  it('does not count the time for which a runner was made to stand still', async () => {
    const clock = leapingClock();
    const paused = { probe: async () => false, exited: never, clock, signal, limitMs: 1000, pausedMs: () => 500 };
    await expect(waitUntilReady(paused)).rejects.toMatchObject({ params: { seconds: 1 } });
    expect(clock.monotonic()).toBeGreaterThanOrEqual(1500);
  });

  it('rejects with the reason of the abort, also while a probe hangs', async () => {
    const cancel = new AbortController();
    const probe = (stop: AbortSignal): Promise<boolean> =>
      new Promise((_, reject) => {
        stop.addEventListener('abort', () => reject(stop.reason));
        cancel.abort(new Error('enough'));
      });
    const options = { probe, exited: never, clock: leapingClock(), signal: cancel.signal, limitMs: 1000 };
    await expect(waitUntilReady(options)).rejects.toThrow('enough');
  });
});

describe('pollInterval', () => {
  it('grows with the load, from 5 ms to 50 ms', () => {
    expect([0, 400, 1000, 3000, 60_000].map(pollInterval)).toEqual([5, 5, 10, 30, 50]);
  });
});
