import { delay, type Clock } from '#core';
import type { Docker, EngineEvent, EngineUp, Filters } from './types.ts';

export interface FollowOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly filters: Filters;
}

const retryMs = 5000;

/**
 * An Engine that may start after us, stop and start again. `up` comes each time it answers, and no event after it is missed; while
 * it is away a connection is tried every few seconds. Ends with the signal.
 */
export async function* followEngine(
  docker: Pick<Docker, 'events'>,
  { clock, signal, filters }: FollowOptions,
): AsyncGenerator<EngineUp | EngineEvent> {
  while (!signal.aborted) {
    try {
      yield* docker.events({ signal, filters });
    } catch {
      // It says no more; why does not matter here.
    }
    await delay(retryMs, { clock, signal }).catch(() => undefined);
  }
}
