import { describe, expect, it } from 'vitest';
import { deferred } from '#core';
import { createSharedRun } from './shared-run.ts';

type Event = { type: 'status'; text: string } | { type: 'progress'; at: number };

const forever = new AbortController().signal;

async function collect(events: AsyncIterable<Event>): Promise<Event[]> {
  const all: Event[] = [];
  for await (const event of events) all.push(event);
  return all;
}

describe('createSharedRun', () => {
  it('does the work once for all who follow, and shows a late one where it stands', async () => {
    let runs = 0;
    const go = deferred<undefined>();
    const begun = deferred<undefined>();
    const shared = createSharedRun<Event>(async ({ emit }) => {
      runs += 1;
      emit({ type: 'status', text: 'start' });
      emit({ type: 'progress', at: 1 });
      begun.resolve(undefined);
      await go.promise;
      emit({ type: 'progress', at: 2 });
    });
    const first = collect(shared.follow(forever));
    await begun.promise;
    const late = collect(shared.follow(forever));
    await new Promise((resolve) => setImmediate(resolve));
    go.resolve(undefined);
    expect((await first).at(-1)).toEqual({ type: 'progress', at: 2 });
    expect((await late)[0]).toEqual({ type: 'status', text: 'start' });
    expect(runs).toBe(1);
    await collect(shared.follow(forever));
    expect(runs).toBe(2);
  });

  it('throws the failure to everybody', async () => {
    const shared = createSharedRun<Event>(() => Promise.reject(new Error('no disk')));
    const both = await Promise.allSettled([collect(shared.follow(forever)), collect(shared.follow(forever))]);
    expect(both.map((result) => result.status)).toEqual(['rejected', 'rejected']);
  });

  it('goes on for the others when one leaves, and aborts when the last one does', async () => {
    let aborted = false;
    const shared = createSharedRun<Event>(
      ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener('abort', () => {
            aborted = true;
            reject(signal.reason);
          });
        }),
    );
    const [one, two] = [new AbortController(), new AbortController()];
    const first = collect(shared.follow(one.signal));
    const second = collect(shared.follow(two.signal));
    one.abort(new Error('first left'));
    await expect(first).rejects.toThrow('first left');
    expect(aborted).toBe(false);
    two.abort(new Error('second left'));
    await expect(second).rejects.toThrow('second left');
    expect(aborted).toBe(true);
  });

  it('starts anew for one who comes while an abandoned run cleans up', async () => {
    let runs = 0;
    const cleaned = deferred<undefined>();
    const shared = createSharedRun<Event>(async ({ signal }) => {
      runs += 1;
      if (runs > 1) return;
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
      await cleaned.promise;
    });
    const leaving = new AbortController();
    const first = collect(shared.follow(leaving.signal)).catch(() => undefined);
    leaving.abort();
    await new Promise((resolve) => setImmediate(resolve));
    const second = collect(shared.follow(forever));
    await new Promise((resolve) => setImmediate(resolve));
    expect(runs).toBe(1);
    cleaned.resolve(undefined);
    await Promise.all([first, second]);
    expect(runs).toBe(2);
  });
});
