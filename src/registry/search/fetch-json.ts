import type { Clock } from '#core';
import { statusError } from '../http/status-error.ts';
import type { HttpClient } from '../types.ts';

const maxAnswerBytes = 16 * 1024 * 1024;
const keepMs = 10 * 60_000;
const mostKept = 500;

export type FetchJson = (url: string, options: { signal: AbortSignal; token?: string | undefined }) => Promise<unknown>;

/** GET of JSON, remembered for a while: searching again spends nobody's quota. */
export function createFetchJson({ http, clock }: { http: HttpClient; clock: Clock }): FetchJson {
  const kept = new Map<string, { readonly atMs: number; readonly value: unknown }>();
  return async (url, { signal, token }) => {
    const known = kept.get(url);
    if (known && clock.monotonic() - known.atMs < keepMs) return known.value;
    const headers = {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    };
    const response = await http.request(url, { signal, headers });
    if (response.status !== 200) {
      await response.discard();
      throw statusError(response, { label: new URL(url).host });
    }
    const value = await response.json(maxAnswerBytes);
    kept.delete(url);
    kept.set(url, { atMs: clock.monotonic(), value });
    for (const oldest of kept.keys()) {
      if (kept.size <= mostKept) break;
      kept.delete(oldest);
    }
    return value;
  };
}
