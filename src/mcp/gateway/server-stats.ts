import type { AppError, Clock, ErrorParams } from '#core';

/** What became of a server so far, for people. */
export interface ServerFacts {
  readonly state: 'unknown' | 'starting' | 'known' | 'failed';
  readonly error:
    | {
        readonly code: string;
        readonly message: string;
        readonly hint: string | undefined;
        readonly params: ErrorParams;
      }
    | undefined;
  readonly calls: number;
  readonly failures: number;
  /** Of the calls so far. */
  readonly latencyMs: { readonly last: number; readonly mean: number } | undefined;
  /** Unix time in ms. */
  readonly lastCallAt: number | undefined;
}

export interface ServerStats {
  facts(): ServerFacts;
  starting(): void;
  learned(): void;
  failed(error: AppError): void;
  /** A call is over; an error is one of the connection, not of the tool. */
  called(tookMs: number, error?: AppError): void;
}

export function createServerStats(clock: Clock): ServerStats {
  let state: ServerFacts['state'] = 'unknown';
  let error: AppError | undefined;
  let calls = 0;
  let failures = 0;
  let sumMs = 0;
  let lastMs = 0;
  let lastCallAt: number | undefined;
  return {
    facts: () => ({
      state,
      error: error && { code: error.code, message: error.message, hint: error.hint, params: error.params },
      calls,
      failures,
      latencyMs: calls === 0 ? undefined : { last: lastMs, mean: Math.round((sumMs / calls) * 100) / 100 },
      lastCallAt,
    }),
    starting() {
      state = 'starting';
    },
    learned() {
      state = 'known';
      error = undefined;
    },
    failed(reason) {
      state = 'failed';
      error = reason;
    },
    called(tookMs, reason) {
      calls += 1;
      sumMs += tookMs;
      lastMs = Math.round(tookMs * 100) / 100;
      lastCallAt = clock.now();
      if (reason) {
        failures += 1;
        error = reason;
      } else error = undefined;
    },
  };
}
