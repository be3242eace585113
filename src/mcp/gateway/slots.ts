import type { Clock } from '#core';

/** So many starts at once. One that takes long gives its place away: a server that hangs keeps nobody from starting. */
export interface Slots {
  run<T>(task: () => Promise<T>, signal: AbortSignal): Promise<T>;
}

export function createSlots(
  count: number,
  { clock, holdMs }: { readonly clock: Clock; readonly holdMs: number },
): Slots {
  let free = count;
  const queue: (() => void)[] = [];

  function leave(): void {
    const next = queue.shift();
    if (next) next();
    else free += 1;
  }

  return {
    async run(task, signal) {
      signal.throwIfAborted();
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => queue.push(resolve));
      let hasLeft = false;
      const leaveOnce = (): void => {
        if (hasLeft) return;
        hasLeft = true;
        cancel();
        leave();
      };
      const cancel = clock.schedule(holdMs, leaveOnce);
      try {
        signal.throwIfAborted();
        return await task();
      } finally {
        leaveOnce();
      }
    },
  };
}
