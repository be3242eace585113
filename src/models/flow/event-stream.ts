import { deferred } from '#core';

export interface EventStreamOptions<E> {
  /** Events with the same key replace each other while nobody has read them, so that a slow reader holds up nothing. */
  readonly coalesce: (event: E) => string | undefined;
}

/**
 * Turns a producer with callbacks into an iterable. The producer starts with the first `next`, and is aborted when the
 * reader leaves early; its failure is thrown after the events before it.
 */
export async function* eventStream<E>(
  produce: (context: { signal: AbortSignal; emit: (event: E) => void }) => Promise<void>,
  { coalesce }: EventStreamOptions<E>,
): AsyncGenerator<E, void, void> {
  const leaving = new AbortController();
  const queue = new Map<string, E>();
  let count = 0;
  let wake = deferred<void>();
  let state: { ended: boolean; error?: unknown } = { ended: false };
  const emit = (event: E): void => {
    queue.set(coalesce(event) ?? `#${count++}`, event);
    wake.resolve();
  };
  const finished = produce({ signal: leaving.signal, emit })
    .then(
      () => (state = { ended: true }),
      (error: unknown) => (state = { ended: true, error }),
    )
    .then(() => wake.resolve());
  try {
    for (;;) {
      for (const [key, event] of queue) {
        queue.delete(key);
        yield event;
      }
      if (queue.size > 0) continue;
      if (state.ended) break;
      await wake.promise;
      wake = deferred<void>();
    }
    if ('error' in state) throw state.error;
  } finally {
    leaving.abort();
    await finished;
  }
}
