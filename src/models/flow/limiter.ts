import { deferred } from '#core';

/** Lets at most so many tasks run at once, in the order they came. */
export interface Limiter {
  run<T>(
    task: () => Promise<T>,
    options: { signal: AbortSignal; onWait?: ((running: number) => void) | undefined },
  ): Promise<T>;
}

export function createLimiter(limit: number): Limiter {
  const waiting: (() => void)[] = [];
  let running = 0;
  return {
    async run(task, { signal, onWait }) {
      if (running >= limit) {
        onWait?.(running);
        await turn(waiting, signal);
      } else {
        signal.throwIfAborted();
        running += 1;
      }
      try {
        return await task();
      } finally {
        // The place goes to the next in line without becoming free in between.
        const next = waiting.shift();
        if (next) next();
        else running -= 1;
      }
    },
  };
}

async function turn(waiting: (() => void)[], signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const gate = deferred<void>();
  const enter = (): void => gate.resolve();
  const leave = (): void => {
    waiting.splice(waiting.indexOf(enter), 1);
    gate.reject(signal.reason);
  };
  waiting.push(enter);
  signal.addEventListener('abort', leave, { once: true });
  try {
    await gate.promise;
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

/** Runs all, a few at once. The first failure stops the others, and is thrown when they have ended. */
export async function runAll<I, O>(
  items: readonly I[],
  run: (item: I, signal: AbortSignal) => Promise<O>,
  { limit, signal }: { limit: number; signal: AbortSignal },
): Promise<O[]> {
  const failed = new AbortController();
  const either = AbortSignal.any([signal, failed.signal]);
  const limiter = createLimiter(limit);
  const results = await Promise.allSettled(
    items.map((item) =>
      limiter
        .run(() => run(item, either), { signal: either })
        .catch((error: unknown) => {
          failed.abort(error);
          throw error;
        }),
    ),
  );
  // The first to fail gave the reason; the others only followed.
  if (failed.signal.aborted) throw failed.signal.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
