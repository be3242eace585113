import { join } from 'node:path';
import { AppError, delay, tryProcessLock, type Clock, type ProcessLock } from '#core';

const firstPauseMs = 5;
const longestPauseMs = 200;
const defaultLimitMs = 20_000;

export interface LockOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  readonly limitMs?: number | undefined;
}

/** The one writer of a folder among all processes. @throws AppError `store.locked` when another one does not end */
export async function lockFolder(
  folder: string,
  { clock, signal, limitMs = defaultLimitMs }: LockOptions,
): Promise<ProcessLock> {
  const started = clock.monotonic();
  for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(pauseMs * 2, longestPauseMs)) {
    signal?.throwIfAborted();
    const attempt = await tryProcessLock(join(folder, '.lock'));
    if (attempt.acquired) return attempt.lock;
    if (clock.monotonic() - started >= limitMs) {
      const { pid } = attempt.owner;
      throw new AppError('store.locked', `${folder} is locked by process ${pid}.`, {
        hint: `Wait for it to finish, or end process ${pid} if it hangs.`,
        params: { reason: 'folder', folder, pid },
      });
    }
    await delay(pauseMs, { clock, signal });
  }
}
