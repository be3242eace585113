import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deferred } from '#core';
import { createManualClock } from '#testing';
import type { PullEvent } from '../types.ts';
import { eventStream } from './event-stream.ts';
import { createLimiter, runAll } from './limiter.ts';
import { createProgress, progressKey } from './progress.ts';
import { createSharedTasks } from './shared-tasks.ts';

const never = new AbortController().signal;
const turn = (): Promise<void> => new Promise(setImmediate);

describe('a shared task', () => {
  it('tells late comers what they missed, the worthless part left out', async () => {
    const tasks = createSharedTasks<string, string>({
      replaces: (event) => (/^\d/.test(event) ? 'number' : undefined),
    });
    const go = deferred<void>();
    const run = async ({ emit }: { emit: (event: string) => void }): Promise<string> => {
      emit('hello');
      emit('1');
      emit('2');
      await go.promise;
      emit('3');
      return 'end';
    };
    const first: string[] = [];
    const late: string[] = [];
    const a = tasks.join('key', run, { signal: never, onEvent: (event) => first.push(event) });
    await turn();
    const b = tasks.join('key', run, { signal: never, onEvent: (event) => late.push(event) });
    go.resolve();
    expect(await Promise.all([a.result, b.result])).toEqual(['end', 'end']);
    expect([a.started, b.started]).toEqual([true, false]);
    expect(first).toEqual(['hello', '1', '2', '3']);
    expect(late).toEqual(['hello', '2', '3']);
  });

  it('that everybody left ends before the next one under the same name begins', async () => {
    const tasks = createSharedTasks<never, void>({ replaces: () => undefined });
    const order: string[] = [];
    const landing = deferred<void>();
    const leaver = new AbortController();
    const first = tasks.join(
      'key',
      async ({ signal }) => {
        await landing.promise;
        order.push(signal.aborted ? 'first was told to stop' : 'first runs on');
      },
      { signal: leaver.signal },
    );
    leaver.abort();
    await expect(first.result).rejects.toThrow('cancelled');
    const second = tasks.join('key', async () => void order.push('second'), { signal: never });
    expect(second.started).toBe(true);
    await turn();
    landing.resolve();
    await second.result;
    expect(order).toEqual(['first was told to stop', 'second']);
  });
});

describe('a limiter', () => {
  it('never runs more than its limit, and runs all that stay', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.boolean(), { maxLength: 20 }),
        async (limit, leaves) => {
          const limiter = createLimiter(limit);
          let running = 0;
          let ran = 0;
          const work = leaves.map(async (isLeaving) => {
            const control = new AbortController();
            const task = limiter.run(
              async () => {
                running += 1;
                expect(running).toBeLessThanOrEqual(limit);
                await turn();
                running -= 1;
                ran += 1;
              },
              { signal: control.signal },
            );
            if (isLeaving) control.abort(new Error('left'));
            return await task.then(
              () => true,
              () => false,
            );
          });
          const results = await Promise.all(work);
          expect(results.filter(Boolean)).toHaveLength(ran);
          expect(ran).toBeGreaterThanOrEqual(leaves.filter((isLeaving) => !isLeaving).length);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('stops the rest at the first failure and throws that one', async () => {
    const stopped: number[] = [];
    const work = runAll(
      [0, 1, 2],
      async (item, signal) => {
        if (item === 1) throw new Error('broken');
        await new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            stopped.push(item);
            reject(new Error('follow-up'));
          });
        });
      },
      { limit: 3, signal: never },
    );
    await expect(work).rejects.toThrow('broken');
    expect(stopped).toEqual([0, 2]);
  });
});

describe('an event stream', () => {
  it('gives what was said before a failure, then the failure', async () => {
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      const stream = eventStream<string>(
        async ({ emit }) => {
          emit('a');
          await turn();
          emit('b');
          throw new Error('broken');
        },
        { coalesce: () => undefined },
      );
      for await (const event of stream) seen.push(event);
    };
    await expect(read()).rejects.toThrow('broken');
    expect(seen).toEqual(['a', 'b']);
  });

  it('tells its producer when the reader leaves, and waits until it has ended', async () => {
    let ended = false;
    const stream = eventStream<string>(
      async ({ emit, signal }) => {
        emit('a');
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        await turn();
        ended = true;
      },
      { coalesce: () => undefined },
    );
    for await (const event of stream) if (event === 'a') break;
    expect(ended).toBe(true);
  });
});

describe('progress', () => {
  it('never goes back, is bounded in number, and ends at the whole, whatever the transfer reports', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(5_000_000), fc.nat(60)), { maxLength: 200 }), (reports) => {
        const clock = createManualClock();
        const events: PullEvent[] = [];
        const progress = createProgress({ clock, emit: (event) => events.push(event), totalBytes: 5_000_000 });
        const report = progress.layer('sha256:x', 5_000_000);
        let elapsed = 0;
        for (const [received, waitMs] of reports) {
          clock.advance(waitMs);
          elapsed += waitMs;
          report(received);
        }
        report(5_000_000);
        const received = events.map((event) => (event.type === 'progress' ? event.receivedBytes : -1));
        expect(received).toEqual([...new Set(received)].toSorted((a, b) => a - b));
        expect(received.at(-1)).toBe(5_000_000);
        expect(received.length).toBeLessThanOrEqual(2 + elapsed / 100 + 5);
        expect(new Set(events.map(progressKey)).size).toBe(1);
      }),
    );
  });
});
