import type { IncomingHttpHeaders } from 'node:http';
import { AppError, parseDurationMs } from '#core';
import type { AcquireOptions } from '#inference';

export type RunnerWishes = Pick<AcquireOptions, 'keepAliveMs' | 'contextSize'>;

/**
 * What a request wants of the runner it gets: `X-Gantry-Keep-Alive: 10m` and `X-Gantry-Context-Size: 8192`, or in the body
 * `keep_alive` and `context_size` (or `num_ctx`). A header wins. Null is no wish.
 * @throws AppError `request.invalid` with `param`
 */
export function runnerWishes(headers: IncomingHttpHeaders, fields: Readonly<Record<string, unknown>>): RunnerWishes {
  const keepAlive = wish(headers, 'x-gantry-keep-alive') ?? wish(fields, 'keep_alive');
  const contextSize = wish(headers, 'x-gantry-context-size') ?? wish(fields, 'context_size') ?? wish(fields, 'num_ctx');
  return {
    ...(keepAlive && { keepAliveMs: durationOf(keepAlive) }),
    ...(contextSize && { contextSize: tokensOf(contextSize) }),
  };
}

interface Wish {
  readonly param: string;
  readonly value: unknown;
}

function wish(from: Readonly<Record<string, unknown>>, param: string): Wish | undefined {
  const value = from[param];
  return value === undefined || value === null ? undefined : { param, value };
}

function durationOf({ param, value }: Wish): number {
  const text = typeof value === 'number' ? String(value) : value;
  const ms = typeof text === 'string' ? parseDurationMs(text.trim()) : undefined;
  if (ms === undefined) throw wrong(param, 'a duration such as 10m, 0 or -1');
  return ms < 0 ? -1 : ms;
}

function tokensOf({ param, value }: Wish): number {
  const tokens = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
  if (typeof tokens === 'number' && Number.isSafeInteger(tokens) && tokens > 0) return tokens;
  throw wrong(param, 'a positive whole number of tokens');
}

function wrong(param: string, expected: string): AppError {
  return new AppError('request.invalid', `"${param}" must be ${expected}.`, { params: { param, expected } });
}
