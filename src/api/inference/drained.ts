import type { Exchange } from '../http/exchange.ts';

/** Resolves when a client that did not keep up does again, or has left. */
export function drained({ response }: Pick<Exchange, 'response'>): Promise<void> {
  // Nothing is emitted after `close`.
  if (response.closed) return Promise.resolve();
  return new Promise((resolve) => {
    const resume = (): void => {
      response.off('drain', resume).off('close', resume);
      resolve();
    };
    response.once('drain', resume).once('close', resume);
  });
}
