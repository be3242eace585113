import type { Clock } from '#core';
import type { DaemonInfo } from '../types.ts';
import { sseHeaders } from '../inference/patience.ts';
import type { Exchange } from './exchange.ts';

const heartbeatMs = 15_000;
/** A reader further behind than this is let go. */
const maxBehindBytes = 1024 * 1024;

export type SendEvent = (event: string, data: unknown) => void;

/** Answers with server-sent events for as long as the reader stays and the daemon runs. `listen` results in what ends it. */
export async function streamEvents(
  { response }: Exchange,
  listen: (send: SendEvent) => () => void,
  { clock, daemon }: { readonly clock: Clock; readonly daemon: Pick<DaemonInfo, 'stopping'> },
): Promise<void> {
  response.writeHead(200, sseHeaders).flushHeaders();
  const stop = listen((event, data) => {
    if (response.destroyed) return;
    response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    if (response.writableLength > maxBehindBytes) response.destroy();
  });
  let cancel: (() => void) | undefined;
  const beat = (): void => {
    cancel = clock.schedule(heartbeatMs, () => {
      response.write(': \n\n');
      beat();
    });
  };
  beat();
  try {
    await new Promise<void>((resolve) => {
      const over = (): void => {
        response.off('close', over);
        daemon.stopping.removeEventListener('abort', over);
        resolve();
      };
      response.once('close', over);
      daemon.stopping.addEventListener('abort', over);
      if (response.destroyed || daemon.stopping.aborted) over();
    });
  } finally {
    cancel?.();
    stop();
    response.end();
  }
}
