import { createParser } from 'eventsource-parser';
import { AppError } from '#core';
import { isObject } from '../http/body.ts';
import type { JsonObject } from './json.ts';
import { crashed } from './relay.ts';
import type { Answer } from './answer.ts';

const largestAnswerBytes = 64 * 1024 * 1024;

/** The whole text of a runner's answer. @throws AppError `backend.crashed`, `backend.failed` for one that is too large */
export async function textOf(answer: Answer): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > largestAnswerBytes) throw new AppError('backend.failed', 'The answer of the model is too large.');
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : crashed(cause);
  }
  // A connection that closes early can also end without an error.
  if (!answer.complete) throw crashed();
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws AppError `backend.failed` for what is no JSON object; a list becomes `{ data }` */
export function parseAnswer(text: string): JsonObject {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError('backend.failed', "The model's server answered with something that is not JSON.", { cause });
  }
  if (isObject(value)) return value;
  if (Array.isArray(value)) return { data: value };
  throw new AppError('backend.failed', "The model's server answered with something that is not an object.");
}

/** The JSON of an answer, whatever its status; undefined when it is none. */
export async function getJson(answer: Answer): Promise<unknown> {
  const text = await textOf(answer);
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * The data of the events of an answer, up to `[DONE]` or the event that says it is the last. `fail` makes an error of an event that holds one.
 * @throws AppError what `fail` gives, `backend.crashed` when the answer ends before its end
 */
export async function* eventsOf(answer: Answer, fail: (data: string) => AppError): AsyncGenerator<JsonObject, void> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void ready.push(data) });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      for (const data of ready.splice(0)) {
        if (data === '[DONE]') return;
        const event = parseAnswer(data);
        if (event['error'] !== undefined) throw fail(data);
        yield event;
        // llama.cpp's own operations say so in their last event.
        if (event['stop'] === true) return;
      }
    }
  } catch (cause) {
    throw cause instanceof AppError ? cause : crashed(cause);
  }
  throw crashed();
}
