import { AppError, toAppError, type Clock, type Log } from '#core';
import type { Pool, PoolLease } from '../types.ts';
import { createPoolMachine } from './pool-machine.ts';
import type { PoolEffects, PoolEvent, PoolLimits } from './types.ts';

export interface PoolOptions<Instance extends object> {
  /** Resolves with an instance that is ready for use. */
  start(
    server: string,
    options: { readonly session: string | undefined; readonly signal: AbortSignal },
  ): Promise<Instance>;
  /** Resolves when nothing is left of it. */
  stop(instance: Instance): Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits?: Partial<PoolLimits> | undefined;
}

const usualLimits: PoolLimits = {
  maxInstances: 64,
  firstPauseMs: 500,
  longestPauseMs: 60_000,
  provenMs: 5000,
};

type Running<Instance> =
  | { readonly state: 'starting'; readonly cancel: AbortController }
  | { readonly state: 'ready' | 'ending'; readonly instance: Instance };

interface Waiter {
  readonly resolve: (instance: number) => void;
  readonly reject: (error: AppError) => void;
}

type Untimed<Event> = Event extends PoolEvent ? Omit<Event, 'time'> : never;

/** Carries out what the state machine decides. */
export function createPool<Instance extends object>(options: PoolOptions<Instance>): Pool<Instance> {
  const { clock, log } = options;
  const running = new Map<number, Running<Instance>>();
  const ids = new Map<Instance, number>();
  /** Lost before the pool heard that they had started. */
  const lostEarly = new WeakMap<Instance, { error: AppError | undefined }>();
  const waiters = new Map<number, Waiter>();
  /** Ends of instances that ended by themselves. */
  const cleanings = new Set<Promise<void>>();
  let lastUse = 0;
  let wake: { readonly at: number; readonly cancel: () => void } | undefined;
  let whenEmpty: (() => void) | undefined;

  const effects: PoolEffects = {
    start(id, { server, session }) {
      const cancel = new AbortController();
      running.set(id, { state: 'starting', cancel });
      void options.start(server, { session, signal: cancel.signal }).then(
        (instance) => started(id, instance, cancel.signal.aborted),
        (error: unknown) => {
          running.delete(id);
          tell(
            cancel.signal.aborted
              ? { type: 'Stopped', instance: id }
              : { type: 'StartFailed', instance: id, error: toAppError(error) },
          );
        },
      );
    },
    stop(id) {
      const found = running.get(id);
      if (found?.state === 'starting') found.cancel.abort();
      else if (found) end(id, found.instance);
    },
    grant(use, id) {
      waiters.get(use)?.resolve(id);
      waiters.delete(use);
    },
    refuse(use, error) {
      waiters.get(use)?.reject(error);
      waiters.delete(use);
    },
    wakeAt(at) {
      if (wake?.at === at) return;
      wake?.cancel();
      wake = at === undefined ? undefined : { at, cancel: clock.schedule(Math.max(0, at - clock.now()), onWake) };
    },
  };
  const machine = createPoolMachine({ ...usualLimits, ...options.limits }, effects);

  function onWake(): void {
    wake = undefined;
    tell({ type: 'Woke' });
  }

  function tell(event: Untimed<PoolEvent>): void {
    machine.handle({ ...event, time: clock.now() } as PoolEvent);
    if (machine.size() === 0) whenEmpty?.();
  }

  function started(id: number, instance: Instance, cancelled: boolean): void {
    running.set(id, { state: 'ready', instance });
    ids.set(instance, id);
    if (cancelled) return end(id, instance);
    tell({ type: 'Started', instance: id });
    const early = lostEarly.get(instance);
    if (early) lose(instance, early.error);
  }

  async function stopped(instance: Instance): Promise<void> {
    try {
      await options.stop(instance);
    } catch (error) {
      log.warn('an instance of a server did not end as it should', { error });
    }
  }

  /** Nobody waits for its end. */
  function end(id: number, instance: Instance): void {
    running.set(id, { state: 'ending', instance });
    void stopped(instance).then(() => {
      ids.delete(instance);
      running.delete(id);
      tell({ type: 'Stopped', instance: id });
    });
  }

  function lose(instance: Instance, error: AppError | undefined): void {
    const id = ids.get(instance);
    if (id === undefined) lostEarly.set(instance, { error });
    else if (running.get(id)?.state === 'ready') {
      ids.delete(instance);
      running.delete(id);
      tell({ type: 'Gone', instance: id, error });
      const cleaning = stopped(instance);
      cleanings.add(cleaning);
      void cleaning.then(() => cleanings.delete(cleaning));
    }
  }

  function leaseOf(use: number, id: number): PoolLease<Instance> {
    const found = running.get(id);
    if (found?.state !== 'ready') throw new AppError('internal', `There is no instance ${id} to use.`);
    return { instance: found.instance, release: () => tell({ type: 'Left', use }) };
  }

  return {
    configure: (servers) => tell({ type: 'Configured', servers }),
    async acquire(server, { session, signal }) {
      signal?.throwIfAborted();
      lastUse += 1;
      const use = lastUse;
      return await new Promise((resolve, reject) => {
        const onAbort = (): void => {
          waiters.delete(use);
          reject(signal?.reason);
          tell({ type: 'Left', use });
        };
        const settled = (): void => signal?.removeEventListener('abort', onAbort);
        waiters.set(use, {
          resolve(id) {
            settled();
            resolve(leaseOf(use, id));
          },
          reject(error) {
            settled();
            reject(error);
          },
        });
        signal?.addEventListener('abort', onAbort, { once: true });
        tell({ type: 'Wanted', use, server, session });
      });
    },
    endSession: (session) => tell({ type: 'SessionEnded', session }),
    lost: lose,
    status: () => machine.status(clock.now()),
    async close() {
      const empty = new Promise<void>((resolve) => {
        whenEmpty = resolve;
      });
      tell({ type: 'Closing' });
      wake?.cancel();
      if (machine.size() > 0) await empty;
      await Promise.all(cleanings);
    },
  };
}
