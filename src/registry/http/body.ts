import type { Clock } from '#core';
import { aborted, invalidResponse, stalled } from './failures.ts';
import { AppError } from '#core';

export interface BodyOptions {
  readonly host: string;
  readonly clock: Clock;
  readonly idleMs: number;
  readonly signal: AbortSignal;
}

/** A body that fails with `source.stalled` when nothing comes, and with `source.truncated` when it ends early. Time the reader takes does not count. */
export async function* watchedBody(
  source: AsyncIterable<Uint8Array> & { destroy(error?: Error): unknown },
  { host, clock, idleMs, signal }: BodyOptions,
): AsyncGenerator<Uint8Array, void, void> {
  const watch = idleWatch({ clock, idleMs, onIdle: () => source.destroy(stalled(host, idleMs)) });
  try {
    const iterator = source[Symbol.asyncIterator]();
    for (;;) {
      watch.waiting();
      const result = await iterator.next();
      watch.arrived();
      if (result.done) return;
      yield result.value;
    }
  } catch (error) {
    if (signal.aborted) throw aborted(signal);
    if (error instanceof AppError) throw error;
    throw new AppError('source.truncated', `${host} broke off in the middle of its answer.`, {
      hint: 'Try again; a transfer continues where it stopped.',
      params: { host },
      cause: error,
    });
  } finally {
    watch.stop();
    source.destroy();
  }
}

// One timer that looks at the time of the last byte costs less than one timer per piece.
function idleWatch({ clock, idleMs, onIdle }: { clock: Clock; idleMs: number; onIdle: () => void }): {
  waiting(): void;
  arrived(): void;
  stop(): void;
} {
  let waitingSince: number | undefined;
  let cancel: (() => void) | undefined;
  const check = (): void => {
    const waited = waitingSince === undefined ? 0 : clock.monotonic() - waitingSince;
    if (waited >= idleMs) onIdle();
    else cancel = clock.schedule(idleMs - waited, check);
  };
  cancel = clock.schedule(idleMs, check);
  return {
    waiting: () => (waitingSince = clock.monotonic()),
    arrived: () => (waitingSince = undefined),
    stop: () => cancel?.(),
  };
}

/** Reads a whole body into memory, at most `maxBytes`. */
export async function readAll(
  body: AsyncIterable<Uint8Array>,
  { host, maxBytes }: { host: string; maxBytes: number },
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of body) {
    size += part.byteLength;
    if (size > maxBytes) throw invalidResponse(host, `it is larger than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

export function parseJson(bytes: Uint8Array, host: string): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw invalidResponse(host, 'it is not JSON');
  }
}
