import type { AppError } from '#core';
import type { TransferLimits } from './limits.ts';

export type Verdict =
  /** Nothing will change by trying again. */
  { readonly kind: 'give_up' } | { readonly kind: 'wait'; readonly delayMs: number };

export interface Failure {
  readonly error: AppError;
  /** Attempts in a row that brought no byte, this one included. */
  readonly attempt: number;
  readonly nowMs: number;
  /** 0 to 1, so that many clients do not come back at the same moment. */
  readonly jitter: number;
}

/** Whether and when to try again after a failure. */
export function judge({ error, attempt, nowMs, jitter }: Failure, limits: TransferLimits): Verdict {
  if (!isTransient(error) || attempt >= limits.attempts) return { kind: 'give_up' };
  const exponential = Math.min(limits.backoffBaseMs * 2 ** (attempt - 1), limits.backoffMaxMs);
  const backoffMs = exponential * (0.5 + jitter / 2);
  const asked = error.params['retryAfter'];
  const pauseMs = asked === undefined ? undefined : retryAfterMs(String(asked), nowMs);
  if (pauseMs === undefined) return { kind: 'wait', delayMs: backoffMs };
  if (pauseMs > limits.longestPauseMs) return { kind: 'give_up' };
  return { kind: 'wait', delayMs: Math.max(pauseMs, backoffMs) };
}

/** Whether trying again may help. */
export function isTransient({ code, params }: AppError): boolean {
  switch (code) {
    case 'source.unreachable':
    case 'source.stalled':
    case 'source.truncated':
    case 'source.rate_limited':
      return true;
    case 'source.invalid_response': {
      const status = Number(params['status']);
      return status >= 500 || status === 408 || status === 425;
    }
    default:
      return false;
  }
}

/** Retry-After (RFC 9110 §10.2.3): seconds or a date. Undefined when it is neither. */
export function retryAfterMs(text: string, nowMs: number): number | undefined {
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - nowMs);
}
