import type { PolicyLimit } from './schema.ts';
import type { PolicyRequest } from './evaluate.ts';

export interface RateLimiter {
  /** Counts the call when all limits have room. Otherwise the limit that has none, and how long until it has. */
  take(
    limits: readonly PolicyLimit[],
    request: PolicyRequest,
    nowMs: number,
  ): { readonly limit: PolicyLimit; readonly waitMs: number } | undefined;
}

/** Counts that nobody used for long are forgotten when there are more than this. */
const mostKeys = 10_000;

/** Sliding windows, exact: at most `calls` in any stretch of `per`. */
export function createRateLimiter(): RateLimiter {
  const windows = new Map<string, number[]>();
  return {
    take(limits, request, nowMs) {
      const open: number[][] = [];
      for (const limit of limits) {
        const key = keyOf(limit, request);
        const times = (windows.get(key) ?? []).filter((time) => time > nowMs - limit.per);
        windows.delete(key);
        windows.set(key, times);
        if (times.length >= limit.calls) return { limit, waitMs: (times[0] ?? nowMs) + limit.per - nowMs };
        open.push(times);
      }
      for (const times of open) times.push(nowMs);
      for (const key of windows.keys()) {
        if (windows.size <= mostKeys) break;
        windows.delete(key);
      }
      return undefined;
    },
  };
}

function keyOf(limit: PolicyLimit, { client, server }: PolicyRequest): string {
  const owner = limit.each === 'client' ? client : limit.each === 'server' ? server : '';
  return JSON.stringify([limit, owner]);
}
