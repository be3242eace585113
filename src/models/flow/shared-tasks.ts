import { AppError, deferred } from '#core';

export interface SharedTaskOptions<E> {
  /** Leaving; the task itself stops when the last one has left. */
  readonly signal: AbortSignal;
  /** First what happened before, shortened, then what happens. */
  readonly onEvent?: ((event: E) => void) | undefined;
}

export type Run<E, R> = (context: { signal: AbortSignal; emit: (event: E) => void }) => Promise<R>;

/** Runs one task per key however many ask for it, and tells all of them how it goes. */
export interface SharedTasks<E, R> {
  /** Result of the task under `key`, started by whoever came first. `started` tells whether that was this caller. */
  join(
    key: string,
    run: Run<E, R>,
    options: SharedTaskOptions<E>,
  ): { readonly started: boolean; readonly result: Promise<R> };
}

interface Flight<E, R> {
  readonly controller: AbortController;
  readonly listeners: Set<(event: E) => void>;
  readonly history: Map<string, E>;
  readonly settled: Promise<R>;
  passengers: number;
}

/** `replaces` names the earlier event that an event makes worthless to late comers; undefined keeps both. */
export function createSharedTasks<E, R>({
  replaces,
}: {
  replaces: (event: E) => string | undefined;
}): SharedTasks<E, R> {
  const flights = new Map<string, Flight<E, R>>();

  function start(key: string, run: Run<E, R>): Flight<E, R> {
    const controller = new AbortController();
    const listeners = new Set<(event: E) => void>();
    const history = new Map<string, E>();
    let count = 0;
    const emit = (event: E): void => {
      history.set(replaces(event) ?? `#${count++}`, event);
      for (const listener of listeners) listener(event);
    };
    const settled = Promise.resolve()
      .then(() => run({ signal: controller.signal, emit }))
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    settled.catch(() => undefined);
    const flight: Flight<E, R> = { controller, listeners, history, settled, passengers: 0 };
    flights.set(key, flight);
    return flight;
  }

  return {
    join(key, run, { signal, onEvent }) {
      const current = flights.get(key);
      const started = !current || current.controller.signal.aborted;
      // An abandoned flight still holds its files until it has landed.
      const flight = started ? start(key, current ? after(current, run) : run) : current;
      return { started, result: ride(flight, { signal, onEvent }) };
    },
  };
}

function after<E, R>(previous: Flight<E, R>, run: Run<E, R>): Run<E, R> {
  return async (context) => {
    await previous.settled.catch(() => undefined);
    context.signal.throwIfAborted();
    return await run(context);
  };
}

async function ride<E, R>(flight: Flight<E, R>, { signal, onEvent }: SharedTaskOptions<E>): Promise<R> {
  flight.passengers += 1;
  const listener = (event: E): void => onEvent?.(event);
  for (const event of flight.history.values()) listener(event);
  flight.listeners.add(listener);
  const leaving = aborted(signal);
  try {
    return await Promise.race([flight.settled, leaving.promise]);
  } finally {
    leaving.forget();
    flight.listeners.delete(listener);
    flight.passengers -= 1;
    if (flight.passengers === 0) flight.controller.abort(cancelled());
  }
}

function aborted(signal: AbortSignal): { promise: Promise<never>; forget: () => void } {
  const gate = deferred<never>();
  const leave = (): void => gate.reject(cancelled(signal.reason));
  if (signal.aborted) leave();
  else signal.addEventListener('abort', leave, { once: true });
  return { promise: gate.promise, forget: () => signal.removeEventListener('abort', leave) };
}

export function cancelled(cause?: unknown): AppError {
  return new AppError('request.aborted', 'The pull was cancelled.', { cause });
}
