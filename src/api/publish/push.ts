import { pushRequest } from '#contract';
import type { AppError } from '#core';
import { readBody } from '../http/body.ts';
import { sendError, sentence, type Exchange } from '../http/exchange.ts';
import { untilStopping } from '../models/model-routes.ts';
import { streamProgress } from '../models/progress-stream.ts';
import type { ApiOptions } from '../types.ts';
import { pushLine } from './lines.ts';
import { parseBody } from './parse-body.ts';

/** `POST /models/{name}/push`; the body may be empty. */
export async function pushModel(
  exchange: Exchange,
  name: string,
  { models, daemon, clock }: ApiOptions,
): Promise<void> {
  const signal = AbortSignal.any([exchange.gone, daemon.stopping]);
  exchange.notes.model = name.slice(0, 200);
  try {
    const body = await readBody(exchange.request);
    const { 'bearer-token': bearerToken } = body.length === 0 ? {} : parseBody(pushRequest, body);
    const events = untilStopping(models.push(name, { signal, bearerToken }), daemon.stopping);
    await streamProgress(exchange, events, { toLine: pushLine, clock, mode: 'push' });
  } catch (error) {
    if (exchange.gone.aborted) return;
    sendError(exchange, error, { shape: 'text', text: pushErrorText });
  }
}

// The sentences of contract §2.5, by what failed.
function pushErrorText(error: AppError): string {
  switch (error.code) {
    case 'request.invalid':
      return 'invalid request body';
    case 'reference.invalid':
      return 'Invalid model reference';
    case 'source.unauthorized':
      return 'Unauthorized';
    case 'model.not_found':
      return 'Model not found';
    default:
      return `error while pushing model: ${sentence(error)}`;
  }
}
