import { AppError, toAppError, type Clock } from '#core';
import { problemOf } from './problem.ts';
import { sseHeaders } from '../inference/patience.ts';
import type { Exchange } from '../http/exchange.ts';

export interface StreamDeps {
  readonly clock: Clock;
  readonly daemon: { readonly stopping: AbortSignal };
}

export type SendEvent = (event: string, data: unknown) => void;

const heartbeatMs = 15_000;
/** A reader further behind than this is let go. */
const maxBehindBytes = 64 * 1024 * 1024;

/**
 * Answers with server-sent events while `work` runs; its signal fires when the reader leaves or the daemon stops. What it throws before
 * its first event is thrown on, so that it gets a status of its own; later it is an event `error`.
 */
export async function streamEvents(
  exchange: Exchange,
  work: (send: SendEvent, signal: AbortSignal) => Promise<void>,
  { clock, daemon }: StreamDeps,
): Promise<void> {
  const { response, gone, notes } = exchange;
  const signal = AbortSignal.any([gone, daemon.stopping]);
  let cancelBeat: (() => void) | undefined;
  const beat = (): void => {
    cancelBeat = clock.schedule(heartbeatMs, () => {
      response.write(': \n\n');
      beat();
    });
  };
  const send: SendEvent = (event, data) => {
    if (response.destroyed || response.writableEnded) return;
    if (!response.headersSent) {
      response.writeHead(200, sseHeaders);
      beat();
    }
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > maxBehindBytes) response.destroy();
  };
  try {
    await work(send, signal);
    response.end();
  } catch (thrown) {
    if (!response.headersSent) throw thrown;
    const error = toAppError(signal.aborted ? signal.reason : thrown);
    notes.error = error.code;
    send('error', problemOf(error));
    response.end();
  } finally {
    cancelBeat?.();
  }
}

/** Resolves when the signal fires. */
export function untilOver(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

/** How many streams that stay open may be, over all readers. */
export function createLimit(most: number): { run<T>(work: () => Promise<T>): Promise<T> } {
  let open = 0;
  return {
    async run(work) {
      if (open >= most) {
        throw new AppError('request.invalid', `More than ${most} streams are open.`, {
          hint: 'Close other tabs of the dashboard.',
          params: { reason: 'streams', most },
        });
      }
      open += 1;
      try {
        return await work();
      } finally {
        open -= 1;
      }
    },
  };
}
