import type { AppError } from '#core';
import { sendError, sentence, type Exchange } from '../http/exchange.ts';
import { httpStatus } from '../http/status-codes.ts';

type ErrorType =
  | 'invalid_request_error'
  | 'authentication_error'
  | 'permission_error'
  | 'not_found_error'
  | 'request_too_large'
  | 'rate_limit_error'
  | 'timeout_error'
  | 'overloaded_error'
  | 'api_error';

/** Anthropic's own status for a server that is full; its clients wait and try again. */
const overloaded = 529;

function statusOf({ code }: AppError): number {
  const status = httpStatus(code);
  return status === 503 ? overloaded : status;
}

function typeOf(status: number): ErrorType {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 404:
      return 'not_found_error';
    case 413:
      return 'request_too_large';
    case 429:
      return 'rate_limit_error';
    case 504:
      return 'timeout_error';
    case overloaded:
      return 'overloaded_error';
    default:
      return status >= 500 ? 'api_error' : 'invalid_request_error';
  }
}

/** Anthropic's error object; the hint is part of the message, since its clients show nothing else. */
export function anthropicError(
  error: AppError,
  requestId: string,
): { readonly type: 'error' } & Readonly<Record<string, unknown>> {
  const type = typeOf(statusOf(error));
  return { type: 'error', error: { type, message: sentence(error) }, request_id: requestId };
}

export function sendAnthropicError(exchange: Exchange, error: AppError): void {
  sendError(exchange, error, {
    shape: 'json',
    json: (failure) => anthropicError(failure, exchange.id),
    status: statusOf(error),
  });
}
