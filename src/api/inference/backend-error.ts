import { AppError, type ErrorCode } from '#core';
import { isObject } from '../http/body.ts';

/** An error answer of a runner, as one of ours. Its status says whose fault it was; its text is kept, bounded. */
export function backendError(
  { status, body }: { status: number; body: string },
  { input, model }: { /** The parameter that carries the input. */ input: string; model: string },
): AppError {
  const detail = errorDetail(body);
  const message = detail.message ?? firstLine(body) ?? `The model's server answered with status ${status}.`;
  if (isOverflow(detail, message)) return overflow(detail, { message, input });
  const unread = status === 500 ? unreadable(message) : undefined;
  if (unread !== undefined) {
    return new AppError('request.invalid', `The model's server cannot read ${input}: ${unread}`, {
      params: { param: input, model: model.slice(0, 200), status },
    });
  }
  const code = codeOf(status, { type: detail.type, message });
  return new AppError(code, message, { params: { model: model.slice(0, 200), status } });
}

interface Detail {
  readonly message?: string | undefined;
  readonly type?: string | undefined;
  readonly promptTokens?: number | undefined;
  readonly contextSize?: number | undefined;
}

function errorDetail(body: string): Detail {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return {};
  }
  const error = isObject(value) && isObject(value['error']) ? value['error'] : value;
  if (!isObject(error)) return {};
  const { message, type, n_prompt_tokens: promptTokens, n_ctx: contextSize } = error;
  return {
    message: typeof message === 'string' && message !== '' ? message.slice(0, 2000) : undefined,
    type: typeof type === 'string' ? type : undefined,
    promptTokens: typeof promptTokens === 'number' ? promptTokens : undefined,
    contextSize: typeof contextSize === 'number' ? contextSize : undefined,
  };
}

function isOverflow({ type }: Detail, message: string): boolean {
  return (
    type === 'exceed_context_size_error' ||
    /exceeds? the available context|too large to process|larger than the (max )?context/i.test(message)
  );
}

function overflow(
  { promptTokens, contextSize }: Detail,
  { message, input }: { message: string; input: string },
): AppError {
  const sizes = promptTokens !== undefined && contextSize !== undefined;
  return new AppError(
    'inference.context_overflow',
    sizes
      ? `The request has ${promptTokens} tokens, but the context of this model holds ${contextSize}.`
      : `The request does not fit into the context of this model: ${message}`,
    {
      hint: 'Send less, or set a larger contextSize for this model in the settings.',
      params: {
        param: input,
        ...(promptTokens === undefined ? {} : { promptTokens }),
        ...(contextSize === undefined ? {} : { contextSize }),
      },
    },
  );
}

/** What is wrong with a request, where llama-server blames itself for it. */
function unreadable(message: string): string | undefined {
  if (message.includes('_M_range_check')) return 'a number in it is out of range';
  const [, reason] = /\[json\.exception\.[\w.]+\] (.*)/.exec(message) ?? [];
  return reason;
}

function codeOf(status: number, { type, message }: { type: string | undefined; message: string }): ErrorCode {
  if (type === 'not_supported_error' || status === 501 || /pooling type|does not support embeddings/i.test(message)) {
    return 'inference.unsupported';
  }
  if (status >= 400 && status < 500) return 'request.invalid';
  if (status === 503) return 'inference.timeout';
  return 'backend.failed';
}

function firstLine(text: string): string | undefined {
  const line = text.trim().split('\n')[0]?.slice(0, 500);
  return line === '' ? undefined : line;
}
