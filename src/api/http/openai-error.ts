import type { AppError, ErrorCode } from '#core';
import { httpStatus } from './status-codes.ts';

/** OpenAI's error envelope, with our `hint`. */
export interface OpenAiError {
  readonly error: {
    readonly message: string;
    readonly type: string;
    readonly param: string | null;
    readonly code: string | null;
    readonly hint?: string;
    readonly params?: Readonly<Record<string, string | number>>;
  };
}

// The words OpenAI's own clients look for; every other code goes out as it is.
const openAiCodes: Partial<Record<ErrorCode, string>> = {
  'model.not_found': 'model_not_found',
  'inference.context_overflow': 'context_length_exceeded',
};

export function openAiType(status: number): string {
  if (status === 401) return 'authentication_error';
  if (status === 403) return 'permission_error';
  if (status === 429) return 'rate_limit_error';
  return status >= 500 ? 'server_error' : 'invalid_request_error';
}

/** `codes: 'gantry'` keeps our own codes and adds `params`, for clients that asked for our media type. */
export function openAiError(error: AppError, { codes = 'openai' }: { codes?: 'openai' | 'gantry' } = {}): OpenAiError {
  const { param } = error.params;
  return {
    error: {
      message: error.message,
      type: openAiType(httpStatus(error.code)),
      param: typeof param === 'string' ? param : null,
      code: codes === 'gantry' ? error.code : (openAiCodes[error.code] ?? error.code),
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(codes === 'gantry' ? { params: error.params } : {}),
    },
  };
}
