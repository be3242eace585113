import type { ZodType } from 'zod';
import { AppError, type ErrorCode } from '#core';
import { isErrorCode } from '../exit-codes.ts';
import type { Translate } from '../messages/translate.ts';
import type { DaemonResponse } from './http.ts';

type Contract = typeof import('#contract');

const largestAnswer = 64 * 1024 * 1024;

export interface ReadOptions {
  readonly path: string;
  readonly t: Translate;
}

/** Parses a JSON answer with a schema of the contract, which is loaded here and not before. */
export async function readAnswer<T>(
  response: DaemonResponse,
  schema: (contract: Contract) => ZodType<T>,
  options: ReadOptions,
): Promise<T> {
  const [text, contract] = await Promise.all([readText(response, options), import('#contract')]);
  return parseAnswer(text, schema(contract), options);
}

export function parseAnswer<T>(text: string, schema: ZodType<T>, { path, t }: ReadOptions): T {
  const bad = (reason: string): AppError =>
    new AppError('internal', t('daemon.badAnswer', { path, reason }), {
      hint: t('daemon.badAnswerHint'),
      params: { path, reason },
    });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw bad(error instanceof Error ? error.message : String(error));
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw bad(issue ? `${issue.path.join('.')}: ${issue.message}` : 'no detail');
}

/** The whole body of a good answer. @throws AppError as the daemon says, when it is not a good one */
export async function readText(response: DaemonResponse, options: ReadOptions): Promise<string> {
  let text = '';
  for await (const chunk of response.text) {
    text += chunk;
    if (text.length > largestAnswer) {
      throw new AppError('internal', options.t('daemon.badAnswer', { path: options.path, reason: '> 64 MiB' }));
    }
  }
  if (response.status >= 200 && response.status < 300) return text;
  throw errorFromAnswer(text, { ...options, status: response.status });
}

/** Fails unless the status is a good one; the body of a good answer is left to be read. */
export async function checkStatus(response: DaemonResponse, options: ReadOptions): Promise<void> {
  if (response.status < 200 || response.status >= 300) await readText(response, options);
}

/** Our own envelope, OpenAI's, llama.cpp's, or plain text as Docker Model Runner answers. */
export function errorFromAnswer(text: string, options: ReadOptions & { status: number }): AppError {
  return (
    errorFromValue(parsed(text), { fallback: codeOfStatus(options.status) }) ??
    new AppError(
      codeOfStatus(options.status),
      options.t('daemon.refused', { status: options.status, path: options.path, body: firstLine(text) }),
      { params: { status: options.status, path: options.path } },
    )
  );
}

/** The error inside a JSON value of unknown shape, or undefined when there is none. */
export function errorFromValue(value: unknown, { fallback }: { fallback: ErrorCode }): AppError | undefined {
  const error = field(value, 'error') ?? (field(value, 'type') === 'error' ? value : undefined);
  if (typeof error === 'string') return new AppError(fallback, error);
  const message = field(error, 'message');
  if (typeof message !== 'string' || message === '') return undefined;
  const code = field(error, 'code');
  const hint = field(error, 'hint');
  const params = {
    ...textsAndNumbers(field(error, 'params')),
    ...counted(error, { from: 'n_prompt_tokens', to: 'promptTokens' }),
    ...counted(error, { from: 'n_ctx', to: 'contextSize' }),
  };
  const overflow = field(error, 'type') === 'exceed_context_size_error' || code === 'context_length_exceeded';
  const known =
    typeof code === 'string' && isErrorCode(code) ? code : overflow ? 'inference.context_overflow' : fallback;
  return new AppError(known, message, { hint: typeof hint === 'string' ? hint : undefined, params });
}

function codeOfStatus(status: number): ErrorCode {
  if (status === 401) return 'source.unauthorized';
  if (status === 403) return 'request.forbidden';
  if (status === 404) return 'request.not_found';
  if (status === 409) return 'model.conflict';
  if (status === 413) return 'request.too_large';
  if (status === 429) return 'inference.queue_full';
  if (status === 503) return 'daemon.stopping';
  return status >= 400 && status < 500 ? 'request.invalid' : 'internal';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A field of a JSON value of unknown shape. */
export function field(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return Reflect.get(value, name);
}

function counted(value: unknown, { from, to }: { from: string; to: string }): Record<string, number> {
  const count = field(value, from);
  return typeof count === 'number' ? { [to]: count } : {};
}

function textsAndNumbers(value: unknown): Record<string, string | number> {
  if (typeof value !== 'object' || value === null) return {};
  const pairs = Object.entries(value).filter(
    (pair): pair is [string, string | number] => typeof pair[1] === 'string' || typeof pair[1] === 'number',
  );
  return Object.fromEntries(pairs);
}

function firstLine(text: string): string {
  return text.trim().split('\n')[0]?.slice(0, 500) ?? '';
}
