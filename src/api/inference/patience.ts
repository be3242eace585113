import type { Clock } from '#core';
import type { Exchange } from '../http/exchange.ts';

export const keepAliveMs = 10_000;

/**
 * Keeps a streaming client and the proxies before it from giving up while the model loads, the request queues or the prompt is read:
 * after 10 s the answer begins with SSE comments, which clients skip. Before that, a failure still has its own status.
 */
export interface Patience {
  /** The head is out; a failure can only be an event now. */
  readonly begun: boolean;
  stop(): void;
}

export function createPatience({ response }: Exchange, { stream, clock }: { stream: boolean; clock: Clock }): Patience {
  let begun = false;
  let cancel: (() => void) | undefined;
  const wait = (): void => {
    cancel = clock.schedule(keepAliveMs, () => {
      if (response.destroyed) return;
      if (!begun) response.writeHead(200, sseHeaders);
      begun = true;
      response.write(': waiting for the model\n\n');
      wait();
    });
  };
  if (stream) wait();
  return {
    get begun() {
      return begun;
    },
    stop: () => cancel?.(),
  };
}

export const sseHeaders = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache',
  'x-accel-buffering': 'no',
} as const;
