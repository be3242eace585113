import type { TurnStream } from '#assistant';
import type { Clock } from '#core';
import type { Exchange } from '../http/exchange.ts';
import { keepAliveMs, sseHeaders } from '../inference/patience.ts';

/** A reader further behind than this is let go; it can come back to what it missed. */
const maxBehindBytes = 8 * 1024 * 1024;

/** Sends what happens until it is over, the reader leaves, or the daemon stops. */
export async function sendEvents(
  { response }: Exchange,
  stream: TurnStream,
  { clock, stopping }: { readonly clock: Clock; readonly stopping: AbortSignal },
): Promise<void> {
  response.writeHead(200, sseHeaders).flushHeaders();
  let cancel: (() => void) | undefined;
  const beat = (): void => {
    cancel = clock.schedule(keepAliveMs, () => {
      response.write(': \n\n');
      beat();
    });
  };
  beat();
  await new Promise<void>((resolve) => {
    response.once('close', resolve);
    stopping.addEventListener('abort', () => stream.leave(), { once: true });
    stream.start({
      onEvent(event) {
        response.write(`data: ${JSON.stringify(event)}\n\n`);
        if (response.writableLength > maxBehindBytes) response.destroy();
      },
      onEnd: resolve,
    });
  });
  cancel?.();
  stream.leave();
  if (!response.destroyed) response.end();
}
