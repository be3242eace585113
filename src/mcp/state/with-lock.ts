import { AppError, delay, tryProcessLock, type Clock } from '#core';

const limitMs = 10_000;
const pauseMs = 20;

export interface LockOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

/** Does the work while no other process holds the lock. @throws AppError `store.locked` after ten seconds */
export async function withLock<Result>(
  path: string,
  work: () => Promise<Result>,
  { clock, signal }: LockOptions,
): Promise<Result> {
  const started = clock.monotonic();
  for (;;) {
    signal?.throwIfAborted();
    const attempt = await tryProcessLock(path);
    if (attempt.acquired) {
      try {
        return await work();
      } finally {
        await attempt.lock.release();
      }
    }
    const { pid } = attempt.owner;
    if (clock.monotonic() - started >= limitMs) {
      throw new AppError('store.locked', `Process ${pid} holds ${path}.`, {
        hint: `Wait for it to finish, or end process ${pid} if it hangs.`,
        params: { reason: 'file', pid, path },
      });
    }
    await delay(pauseMs, { clock, signal });
  }
}
