/** Ctrl-C. The listener taken last gets it, so that a chat can stop an answer without leaving the command. */
export interface Interrupts extends Disposable {
  /** From now on the listener gets Ctrl-C; the result gives it back to the one before. */
  take(listener: () => void): () => void;
  /** As if the user had pressed Ctrl-C. */
  raise(): void;
}

export function createInterrupts(onInterrupt: (listener: () => void) => () => void): Interrupts {
  const listeners: (() => void)[] = [];
  const raise = (): void => listeners.at(-1)?.();
  const stop = onInterrupt(raise);
  return {
    take(listener) {
      listeners.push(listener);
      return () => {
        const index = listeners.lastIndexOf(listener);
        if (index !== -1) listeners.splice(index, 1);
      };
    },
    raise,
    [Symbol.dispose]: stop,
  };
}
