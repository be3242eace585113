/** How fast answers of a server are read: not at all while whoever is told of them cannot keep up, so that the server has to wait in turn. */
export interface Pace {
  /** Resolves when the next piece may be read. */
  ready(): Promise<void>;
  /** Nobody is told any more: nothing waits from here on. */
  stop(): void;
}

export function createPace(congestion: () => Promise<void> | undefined): Pace {
  const waiting = new Set<() => void>();
  let isOver = false;
  return {
    async ready() {
      const congested = isOver ? undefined : congestion();
      if (!congested) return;
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          waiting.delete(goOn);
          resolve();
        };
        waiting.add(goOn);
        congested.then(goOn, goOn);
      });
    },
    stop() {
      isOver = true;
      for (const goOn of waiting) goOn();
    },
  };
}
