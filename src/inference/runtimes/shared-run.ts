import { deferred, type Deferred } from '#core';

/** One run that several callers follow: they share its work, and it is aborted when the last of them leaves. */
export interface SharedRun<E> {
  /** Starts the run or joins it. A late caller first sees the latest event of each kind. Throws what the run throws. */
  follow(signal: AbortSignal): AsyncGenerator<E, void, undefined>;
}

interface Follower<E> {
  readonly queue: E[];
  wake: Deferred<undefined>;
}

interface Run<E> {
  readonly followers: Set<Follower<E>>;
  readonly latest: Map<string, E>;
  readonly abort: AbortController;
  /** Settles with the work; `error` is set when it failed. */
  readonly settled: Promise<{ readonly error?: unknown }>;
}

/** `done` events end nothing by themselves: a run ends when `work` settles. */
export function createSharedRun<E extends { readonly type: string }>(
  work: (options: { emit: (event: E) => void; signal: AbortSignal }) => Promise<void>,
): SharedRun<E> {
  let current: Run<E> | undefined;

  function start(): Run<E> {
    const followers = new Set<Follower<E>>();
    const latest = new Map<string, E>();
    const abort = new AbortController();
    const emit = (event: E): void => {
      latest.set(event.type, event);
      for (const follower of followers) push(follower, event);
    };
    const settled = work({ emit, signal: abort.signal })
      .then(
        () => ({}),
        (error: unknown) => ({ error }),
      )
      .then((result) => {
        if (current === run) current = undefined;
        return result;
      });
    const run: Run<E> = { followers, latest, abort, settled };
    return run;
  }

  async function* follow(signal: AbortSignal): AsyncGenerator<E, void, undefined> {
    signal.throwIfAborted();
    // A run that everybody left is still cleaning up; the next one starts after it.
    while (current?.abort.signal.aborted) await current.settled;
    current ??= start();
    const run = current;
    const follower: Follower<E> = { queue: [...run.latest.values()], wake: deferred() };
    run.followers.add(follower);
    const wake = (): void => follower.wake.resolve(undefined);
    signal.addEventListener('abort', wake, { once: true });
    let end: { readonly error?: unknown } | undefined;
    void run.settled.then((result) => {
      end = result;
      wake();
    });
    try {
      for (;;) {
        signal.throwIfAborted();
        const event = follower.queue.shift();
        if (event) yield event;
        else if (end) break;
        else {
          await follower.wake.promise;
          follower.wake = deferred();
        }
      }
      if ('error' in end) throw end.error;
    } finally {
      signal.removeEventListener('abort', wake);
      run.followers.delete(follower);
      if (run.followers.size === 0 && !end) {
        run.abort.abort();
        await run.settled;
      }
    }
  }
  return { follow };
}

/** A slow reader gets the newest of several events of one kind in a row, so that its queue stays short. */
function push<E extends { readonly type: string }>(follower: Follower<E>, event: E): void {
  const last = follower.queue.at(-1);
  if (event.type === 'progress' && last?.type === 'progress') follower.queue[follower.queue.length - 1] = event;
  else follower.queue.push(event);
  follower.wake.resolve(undefined);
}
