import type { FetchLike } from '@modelcontextprotocol/client';
import { deferred, type Clock } from '#core';
import type { RpcMessage } from '../types.ts';

/** The stream on which an older server says what belongs to no request. */
export interface OwnStream {
  /** Notices when it is open, or that there is none. */
  readonly fetch: FetchLike;
  /** What to wait for before this is sent; undefined where nothing is to be waited for. */
  before(message: RpcMessage): Promise<void> | undefined;
}

const longestWaitMs = 250;

/**
 * A server that asks something while it answers the first request may do so on its own stream, and what comes before that is open is
 * lost. So the first request waits for it, for a moment.
 */
export function ownStream(fetchFn: FetchLike, clock: Clock): OwnStream {
  const open = deferred<undefined>();
  let state: 'unasked' | 'opening' | 'open' = 'unasked';
  const settle = (): void => {
    state = 'open';
    open.resolve(undefined);
  };
  return {
    async fetch(address, init) {
      if (init?.method !== 'GET') return await fetchFn(address, init);
      try {
        return await fetchFn(address, init);
      } finally {
        settle();
      }
    },
    before({ method }) {
      if (method === 'notifications/initialized') {
        state = 'opening';
        clock.schedule(longestWaitMs, settle);
        return undefined;
      }
      return state === 'opening' ? open.promise : undefined;
    },
  };
}
