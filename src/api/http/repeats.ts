import type { IncomingMessage } from 'node:http';
import { AppError, type Clock } from '#core';

export interface Repeats {
  /** Notes that a request came. @throws AppError `request.repeated` when one with its `idempotency-key` came before */
  note(request: Pick<IncomingMessage, 'headers'>): void;
}

const keptMs = 5 * 60_000;
/** Enough for what people and programs send in that time; the oldest go first. */
const mostKept = 10_000;

/**
 * So that a request whose answer was lost on the way can be sent again: what came already is not carried out twice. Browsers lose
 * requests whenever an interface of the machine comes or goes, which each start of a container is, and do not say whether they were sent.
 * The header is that of draft-ietf-httpapi-idempotency-key-header. The first answer is not kept, so it counts from our own clients alone:
 * others send a refused request again by the same key, and are to be heard.
 */
export function createRepeats(clock: Pick<Clock, 'monotonic'>): Repeats {
  const seen = new Map<string, number>();
  return {
    note({ headers }) {
      const key = headers['x-gantry-client'] === undefined ? undefined : headers['idempotency-key'];
      if (typeof key !== 'string' || !/^[\w-]{8,64}$/.test(key)) return;
      const now = clock.monotonic();
      for (const [old, at] of seen) {
        if (now - at < keptMs && seen.size < mostKept) break;
        seen.delete(old);
      }
      if (seen.has(key)) {
        throw new AppError('request.repeated', 'This request came before, and its answer was lost on the way.', {
          hint: 'See what it did before you do it again.',
        });
      }
      seen.set(key, now);
    },
  };
}
