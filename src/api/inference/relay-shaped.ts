import { toAppError } from '#core';
import { sendJson, type Exchange } from '../http/exchange.ts';
import { eventsOf, parseAnswer, textOf } from './answers.ts';
import type { ShapedCall } from './ask-chat.ts';
import { backendError } from './backend-error.ts';
import { required } from './parameters.ts';
import { sseHeaders } from './patience.ts';
import { drained } from './drained.ts';
import { errorEvent, type RelayOptions } from './relay.ts';
import type { Answer } from './answer.ts';

/**
 * Like `relay`, for an answer that has to be read on its way. Resolves when it is through, however it ended.
 * @throws AppError for what can still be answered with a status
 */
export async function relayShaped(
  exchange: Exchange,
  answer: Answer,
  { patience, operation, model, shaped }: RelayOptions & { readonly shaped: ShapedCall },
): Promise<void> {
  const { response } = exchange;
  const fail = (status: number, body: string): Error =>
    backendError({ status, body }, { input: required[operation], model });
  const status = answer.statusCode ?? 502;
  if (status >= 400) throw fail(status, await textOf(answer));
  if (!answer.headers['content-type']?.startsWith('text/event-stream')) {
    const body = parseAnswer(await textOf(answer));
    const whole = shaped.whole?.(body) ?? body;
    patience.stop();
    if (patience.begun) response.end(`data: ${JSON.stringify(whole)}\n\n`);
    else sendJson(exchange, status, whole);
    return;
  }
  patience.stop();
  if (!patience.begun) response.writeHead(status, sseHeaders).flushHeaders();
  const stop = (): void => void answer.destroy();
  response.once('close', stop);
  try {
    const shaper = shaped.events?.();
    for await (const event of eventsOf(answer, (data) => toAppError(fail(500, data)))) {
      for (const one of shaper?.push(event) ?? [event]) {
        if (!response.write(`data: ${JSON.stringify(one)}\n\n`)) await drained(exchange);
      }
    }
    response.end('data: [DONE]\n\n');
  } catch (thrown) {
    if (exchange.gone.aborted || response.destroyed) return;
    const error = toAppError(thrown);
    exchange.notes.error = error.code;
    response.end(errorEvent(exchange, error));
  } finally {
    response.off('close', stop);
  }
}
