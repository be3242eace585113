import type { IncomingMessage, ServerResponse } from 'node:http';
import { gantryMediaType } from '#contract';
import { type AppError, toAppError } from '#core';
import { openAiError } from './openai-error.ts';
import { httpStatus } from './status-codes.ts';

/** One request and its answer, with what all handlers need to know about them. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly id: string;
  readonly query: string;
  /** The client asked for our media type: errors as `errorBody`, progress unescaped. */
  readonly speaksGantry: boolean;
  /** Aborted when the client has gone. */
  readonly gone: AbortSignal;
  /** For the request log. */
  readonly notes: { model?: string; error?: string; key?: string };
  /** Gets what goes to the client past `response`, for the record. */
  readonly tap?: { part(bytes: Buffer): void } | undefined;
}

export function speaksGantry(request: IncomingMessage): boolean {
  return request.headers.accept?.includes(gantryMediaType) ?? false;
}

/** One line of text, as docker/model-runner answers (contract model-runner §2.1). */
export function sendText({ response }: Exchange, status: number, text: string): void {
  const body = Buffer.from(`${text}\n`);
  response
    .writeHead(status, {
      'content-type': 'text/plain; charset=utf-8',
      'x-content-type-options': 'nosniff',
      'content-length': body.length,
    })
    .end(body);
}

export function sendJson({ response }: Exchange, status: number, value: unknown): void {
  const body = Buffer.from(`${JSON.stringify(value)}\n`);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}

export function sendEmpty({ response }: Exchange, status: number): void {
  response.writeHead(status, status === 204 ? {} : { 'content-length': 0 }).end();
}

type ErrorShape =
  /** `text` is the sentence that clients of docker/model-runner expect. */
  | { readonly shape: 'text' | 'openai'; readonly text?: ((error: AppError) => string) | undefined }
  /** Another API's own error object, and its status where that is not ours. */
  | { readonly shape: 'json'; readonly json: (error: AppError) => unknown; readonly status?: number | undefined };

/**
 * Answers with an error: `errorBody` to a client that speaks it, else in the shape of the route. Nothing is sent when the answer
 * has begun or nobody is there.
 */
export function sendError(exchange: Exchange, thrown: unknown, how: ErrorShape): void {
  const { response, notes } = exchange;
  const error = toAppError(thrown);
  notes.error = error.code;
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const status = httpStatus(error.code);
  const { retryAfterSeconds } = error.params;
  if (typeof retryAfterSeconds === 'number')
    response.setHeader('retry-after', Math.max(1, Math.ceil(retryAfterSeconds)));
  else if (status === 503) response.setHeader('retry-after', 1);
  if (exchange.speaksGantry) sendJson(exchange, status, openAiError(error, { codes: 'gantry' }));
  else if (how.shape === 'json') sendJson(exchange, how.status ?? status, how.json(error));
  else if (how.shape === 'openai') sendJson(exchange, status, openAiError(error));
  else sendText(exchange, status, how.text?.(error) ?? sentence(error));
}

/** The message, and what to do about it. */
export function sentence(error: AppError): string {
  return error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
}
