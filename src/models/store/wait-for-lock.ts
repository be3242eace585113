import { AppError, delay, tryProcessLock, type Clock, type LockOwner, type ProcessLock } from '#core';

export interface LockWait {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Gives up after this long; for ever when absent. */
  readonly limitMs?: number | undefined;
  /** Called once when somebody else holds the lock. */
  readonly onWait?: ((owner: LockOwner) => void) | undefined;
}

const firstPauseMs = 5;
const longestPauseMs = 250;

/** Waits for a lock between processes. @throws AppError `store.locked` after `limitMs`; the signal's reason when aborted */
export async function waitForLock(
  path: string,
  { clock, signal, limitMs = Number.POSITIVE_INFINITY, onWait }: LockWait,
): Promise<ProcessLock> {
  const started = clock.monotonic();
  for (let pauseMs = firstPauseMs, told = false; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    signal?.throwIfAborted();
    const attempt = await tryProcessLock(path);
    if (attempt.acquired) return attempt.lock;
    if (!told) onWait?.(attempt.owner);
    told = true;
    if (clock.monotonic() - started >= limitMs) {
      throw new AppError('store.locked', `The model store is locked by process ${attempt.owner.pid}.`, {
        hint: `Wait for it to finish, or end process ${attempt.owner.pid} if it hangs.`,
        params: { pid: attempt.owner.pid },
      });
    }
    await delay(pauseMs, { clock, signal });
  }
}
