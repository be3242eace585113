import type { AppError, ErrorCode } from '#core';
import { sendError, type Exchange } from '../http/exchange.ts';
import { openAiError, type OpenAiError } from '../http/openai-error.ts';

// The words of docker/model-runner's Responses API (contract model-runner §2.11).
const codes: Partial<Record<ErrorCode, string>> = {
  'request.invalid': 'invalid_request',
  'request.not_found': 'not_found',
  'request.too_large': 'request_too_large',
};

/** OpenAI's error envelope with the codes of this API. */
export function responsesError(error: AppError): OpenAiError {
  const { error: body } = openAiError(error);
  return { error: { ...body, code: codes[error.code] ?? body.code } };
}

export function sendResponsesError(exchange: Exchange, error: AppError): void {
  sendError(exchange, error, { shape: 'json', json: responsesError });
}
