import { toAppError } from '#core';
import { drained } from '../inference/drained.ts';
import type { Exchange } from './exchange.ts';

/** Lines are sent together, those that come at once; so many characters do not wait for more. */
const fullChars = 64 * 1024;

/**
 * Answers with one JSON object a line, as fast as the client reads. A failure before the first line is thrown, so that it gets a
 * status; a later one is a line of type `error`.
 */
export async function sendLines(exchange: Exchange, batches: AsyncIterable<readonly unknown[]>): Promise<void> {
  const { response, gone, notes } = exchange;
  let begun = false;
  const begin = (): void => {
    if (begun) return;
    begun = true;
    response
      .writeHead(200, {
        'content-type': 'application/x-ndjson',
        'cache-control': 'no-cache',
        'x-content-type-options': 'nosniff',
      })
      .flushHeaders();
  };
  let [waiting, isScheduled] = ['', false];
  const flush = (): void => {
    const text = waiting;
    waiting = '';
    if (text !== '' && !response.destroyed && !response.writableEnded) response.write(text);
  };
  const flushSoon = (): void => {
    if (isScheduled) return;
    isScheduled = true;
    setImmediate(() => {
      isScheduled = false;
      flush();
    });
  };
  try {
    for await (const batch of batches) {
      if (response.destroyed) return;
      begin();
      if (batch.length === 0) continue;
      waiting += batch.map((line) => `${JSON.stringify(line)}\n`).join('');
      if (waiting.length < fullChars) flushSoon();
      else flush();
      if (response.writableNeedDrain) await drained(exchange);
    }
    begin();
    flush();
    response.end();
  } catch (error) {
    if (gone.aborted) return;
    if (!begun) throw error;
    const { code, message, hint, params } = toAppError(error);
    notes.error = code;
    flush();
    const line = { type: 'error', code, message, params, ...(hint === undefined ? {} : { hint }) };
    response.end(`${JSON.stringify(line)}\n`);
  }
}

/** Each value as a batch of its own. */
export async function* oneByOne<Value>(values: AsyncIterable<Value>): AsyncGenerator<readonly Value[]> {
  for await (const value of values) yield [value];
}
