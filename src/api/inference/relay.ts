import { AppError } from '#core';
import type { Exchange } from '../http/exchange.ts';
import { openAiError } from '../http/openai-error.ts';
import type { Operation } from '../http/route.ts';
import { backendError } from './backend-error.ts';
import { drained } from './drained.ts';
import { required } from './parameters.ts';
import type { Patience } from './patience.ts';
import type { RunnerStream } from './runner-stream.ts';
import { createSseFrames } from './sse-frames.ts';
import { answerHeaders } from './upstream.ts';
import type { Answer } from './answer.ts';

export interface RelayOptions {
  readonly operation: Operation;
  readonly model: string;
  readonly patience: Patience;
}

const largestErrorBytes = 1024 * 1024;
/** Answers up to here are sent only when they are whole, so that a runner that dies on the way is an error and not half an answer. */
const largestHeldBytes = 16 * 1024 * 1024;

/**
 * Passes a runner's answer to the client. Resolves when it is through, however it ended.
 * @throws AppError for what can still be answered with a status
 */
export async function relay(exchange: Exchange, answer: Answer, options: RelayOptions): Promise<void> {
  const { patience, operation, model } = options;
  const status = answer.statusCode ?? 502;
  if (status >= 400) {
    const { body } = await collect(answer, largestErrorBytes);
    throw backendError({ status, body: body.toString('utf8') }, { input: required[operation], model });
  }
  if (answer.headers['content-type']?.startsWith('text/event-stream')) {
    patience.stop();
    if (!answer.live) throw new AppError('backend.failed', "The model's server sent events that nobody asked for.");
    await relayEvents(exchange, answer.live, { begun: patience.begun });
    return;
  }
  await relayWhole(exchange, answer, patience);
}

async function relayWhole(exchange: Exchange, answer: Answer, patience: Patience): Promise<void> {
  const { response } = exchange;
  const { body, complete } = await collect(answer, largestHeldBytes);
  patience.stop();
  if (patience.begun) {
    response.end(Buffer.concat([Buffer.from('data: '), body, Buffer.from('\n\n')]));
    return;
  }
  const headers = answerHeaders(answer);
  if (complete) {
    headers['content-length'] = body.length;
    response.writeHead(answer.statusCode ?? 200, headers).end(body);
    return;
  }
  response.writeHead(answer.statusCode ?? 200, headers);
  response.write(body);
  for await (const chunk of answer) {
    if (!response.write(chunk)) await drained(exchange);
  }
  response.end();
}

/** Reads until the end or until `limit` is reached. @throws AppError `backend.crashed` when the runner dies on the way */
function collect(answer: Answer, limit: number): Promise<{ body: Buffer; complete: boolean }> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const finish = (complete: boolean): void => {
      answer.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose);
      resolve({ body: chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks), complete });
    };
    const onData = (chunk: Buffer): void => {
      chunks.push(chunk);
      size += chunk.length;
      if (size <= limit) return;
      answer.pause();
      finish(false);
    };
    const onEnd = (): void => (answer.complete ? finish(true) : reject(crashed()));
    const onError = (cause: unknown): void => reject(crashed(cause));
    const onClose = (): void => reject(crashed());
    answer.on('data', onData).once('end', onEnd).once('error', onError).once('close', onClose);
  });
}

export function crashed(cause?: unknown): AppError {
  return new AppError('backend.crashed', "The model's process ended before the answer was complete.", {
    hint: 'Send the request again; `gantry logs` shows what the process said.',
    cause,
  });
}

/** Passes events on as they come. A runner that dies on the way becomes an error event, then the end. */
function relayEvents(exchange: Exchange, live: RunnerStream, { begun }: { begun: boolean }): Promise<void> {
  const { response } = exchange;
  const frames = createSseFrames();
  if (!begun) {
    const headers = answerHeaders(live);
    headers['cache-control'] ??= 'no-cache';
    response.writeHead(live.status, headers);
    // The runner sends its head when it begins to work and its first token when it has one.
    response.flushHeaders();
  }
  const write = chunkWriter(exchange);
  return new Promise((resolve) => {
    let done = false;
    const finish = (last: Buffer | string): void => {
      if (done) return;
      done = true;
      response.off('close', onClientGone).off('drain', live.resume);
      if (last.length > 0) response.end(last);
      else response.end();
      resolve();
    };
    const onClientGone = (): void => {
      done = true;
      live.destroy();
      resolve();
    };
    response.once('close', onClientGone).on('drain', live.resume);
    live.read({
      data(payload) {
        const whole = frames.push(payload);
        if (!done && whole.length > 0 && !write(whole)) live.pause();
      },
      end: () => finish(frames.rest()),
      fail(cause) {
        if (done) return;
        exchange.notes.error = 'backend.crashed';
        finish(errorEvent(exchange, crashed(cause)));
      },
    });
  });
}

/**
 * Writes chunks of a body whose head is out: straight to the socket where that is chunked (RFC 9112 §7.1), which costs the
 * processor, busy with the model, half of what `response.write` does. False when the client does not keep up; then `drain` comes.
 */
function chunkWriter({ response, tap }: Exchange): (bytes: Buffer) => boolean {
  const { socket } = response;
  if (!socket || !response.chunkedEncoding) return (bytes) => response.write(Buffer.from(bytes));
  return (bytes) => {
    const size = `${bytes.length.toString(16)}\r\n`;
    const chunk = Buffer.allocUnsafe(size.length + bytes.length + 2);
    chunk.write(size, 0, 'latin1');
    bytes.copy(chunk, size.length);
    chunk.write('\r\n', size.length + bytes.length, 'latin1');
    tap?.part(bytes);
    if (socket.write(chunk)) return true;
    socket.once('drain', () => response.emit('drain'));
    return false;
  };
}

/** A failure inside a stream, in OpenAI's shape. */
export function errorEvent({ speaksGantry }: Exchange, error: AppError): string {
  return `data: ${JSON.stringify(openAiError(error, { codes: speaksGantry ? 'gantry' : 'openai' }))}\n\n`;
}
