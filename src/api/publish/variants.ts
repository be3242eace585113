import { repackageRequest } from '#contract';
import { AppError } from '#core';
import { parseJsonObject, readBody } from '../http/body.ts';
import { sendEmpty, sendError, sendJson, sentence, type Exchange } from '../http/exchange.ts';
import type { ApiOptions } from '../types.ts';
import { parseBody } from './parse-body.ts';

/** `POST /models/{name}/repackage`: a variant that differs in its config alone. */
export async function repackageModel(exchange: Exchange, source: string, { models }: ApiOptions): Promise<void> {
  exchange.notes.model = source.slice(0, 200);
  try {
    const body = await readBody(exchange.request);
    const { target: wanted } = parseJsonObject(body);
    if (wanted === undefined || wanted === '') {
      const error = new AppError('request.invalid', 'target is required', { params: { param: 'target' } });
      sendError(exchange, error, { shape: 'text' });
      return;
    }
    const { target, context_size: contextSize } = parseBody(repackageRequest, body);
    await models.repackage(source, { target, contextSize });
    const message = `Model repackaged successfully as "${target}"`;
    sendJson(exchange, 201, { message, source, target });
  } catch (error) {
    sendError(exchange, error, { shape: 'text', text: repackageErrorText });
  }
}

/** `DELETE /models/purge`: all models, unless one is answering somebody. */
export async function purgeModels(exchange: Exchange, { models, inference }: ApiOptions): Promise<void> {
  try {
    for (const { id } of await models.list()) await inference.release(id);
    await models.purge();
    sendEmpty(exchange, 200);
  } catch (error) {
    sendError(exchange, error, {
      shape: 'text',
      text: (failure) => `error while purging models: ${sentence(failure)}`,
    });
  }
}

// The sentences of contract §2.5, by what failed.
function repackageErrorText(error: AppError): string {
  switch (error.code) {
    case 'request.invalid':
      return `invalid request body: ${sentence(error)}`;
    case 'model.not_found':
      return 'model not found';
    default:
      return `error while repackaging model: ${sentence(error)}`;
  }
}
