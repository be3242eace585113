import type { IncomingMessage } from 'node:http';
import { createParser } from 'eventsource-parser';
import { AppError, deferred } from '#core';
import type { AcquireOptions } from '#inference';
import { isObject } from '../http/body.ts';
import { backendError } from './backend-error.ts';
import { crashed } from './relay.ts';
import { withAnswer, type AnswerDeps, type Granted } from './with-answer.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

export type EngineOperation =
  | 'chat/completions'
  | 'completions'
  | 'embeddings'
  | 'rerank'
  | 'tokenize'
  | 'detokenize'
  | 'apply-template'
  | 'infill';

/** One question to a runner, asked by routes that speak another language than OpenAI's. */
export interface EngineCall extends AcquireOptions {
  readonly operation: EngineOperation;
  /** As the operation takes it in OpenAI's (or llama.cpp's) API; `stream` is set by the method called. */
  readonly body: JsonObject;
}

export interface EngineReply {
  readonly body: JsonObject;
  /** The model's name, as runners report it. */
  readonly alias: string;
  /** Waiting for a place, a load included. */
  readonly queueMs: number;
}

export interface EngineStream {
  /** The data of each event, parsed; ends after the last one. Throws AppError when the runner fails on the way. */
  readonly events: AsyncIterable<JsonObject>;
  readonly alias: string;
  readonly queueMs: number;
}

export interface Engine {
  /** @throws AppError as `Inference.acquire`, and `request.invalid`, `inference.*`, `backend.*` for what the runner answers */
  ask(call: EngineCall): Promise<EngineReply>;
  /** Resolves with the first event, so that a failure before it can still be a status. Iterate `events` to its end or leave it: both free the place. */
  stream(call: EngineCall): Promise<EngineStream>;
}

const inputs: Readonly<Record<EngineOperation, string>> = {
  'chat/completions': 'messages',
  completions: 'prompt',
  embeddings: 'input',
  rerank: 'documents',
  tokenize: 'content',
  detokenize: 'tokens',
  'apply-template': 'messages',
  infill: 'input_prefix',
};

const largestAnswerBytes = 64 * 1024 * 1024;

export function createEngine(deps: AnswerDeps): Engine {
  return {
    ask: (call) =>
      withAnswer({ ...call, ...onWire(call, { stream: false }) }, deps, async (answer, { lease, queueMs }) => {
        const body = await textOf(answer);
        if ((answer.statusCode ?? 502) >= 400) throw refused(answer, body, call);
        return { body: parseAnswer(body), alias: lease.alias, queueMs };
      }),

    async stream(call) {
      const { answer, granted, finish } = await begin(call, deps);
      try {
        if ((answer.statusCode ?? 502) >= 400) throw refused(answer, await textOf(answer), call);
        const events = eventsOf(answer, call);
        const first = await events.next();
        const rest = first.done ? events : resume(first.value, events);
        return { events: withEnd(rest, finish), alias: granted.lease.alias, queueMs: granted.queueMs };
      } catch (error) {
        finish();
        throw error;
      }
    },
  };
}

interface Begun {
  readonly answer: IncomingMessage;
  readonly granted: Granted;
  /** Gives the place back and breaks off what is left of the answer. */
  readonly finish: () => void;
}

/** Starts an answer whose place is held until `finish`. */
async function begin(call: EngineCall, deps: AnswerDeps): Promise<Begun> {
  const started = deferred<Begun>();
  const finished = deferred<void>();
  withAnswer({ ...call, ...onWire(call, { stream: true }) }, deps, async (answer, granted) => {
    const finish = (): void => {
      answer.destroy();
      finished.resolve();
    };
    started.resolve({ answer, granted, finish });
    await finished.promise;
  }).catch((error: unknown) => started.reject(error));
  return await started.promise;
}

async function* resume(first: JsonObject, rest: AsyncIterable<JsonObject>): AsyncGenerator<JsonObject> {
  yield first;
  yield* rest;
}

async function* withEnd(events: AsyncIterable<JsonObject>, finish: () => void): AsyncGenerator<JsonObject> {
  try {
    yield* events;
  } finally {
    finish();
  }
}

/** The data of the events of an answer, up to `[DONE]`. */
async function* eventsOf(answer: IncomingMessage, call: EngineCall): AsyncGenerator<JsonObject> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void ready.push(data) });
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer) {
      parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
      for (const data of ready.splice(0)) {
        if (data === '[DONE]') return;
        const event = parseAnswer(data);
        if (event['error'] !== undefined) throw refused(answer, data, call);
        yield event;
        // llama.cpp's own operations say in their last event that it is the last.
        if (event['stop'] === true) return;
      }
    }
  } catch (cause) {
    call.signal.throwIfAborted();
    throw cause instanceof AppError ? cause : crashed(cause);
  }
  throw crashed();
}

/** Over what a runner sees: where the question goes, and its bytes. */
function onWire(
  { operation, body }: EngineCall,
  { stream }: { stream: boolean },
): { path: string; body: Buffer; stream: boolean } {
  const path = plainOperations.has(operation) ? `/${operation}` : `/v1/${operation}`;
  return { path, body: Buffer.from(JSON.stringify({ ...body, stream })), stream };
}

const plainOperations: ReadonlySet<EngineOperation> = new Set(['tokenize', 'detokenize', 'apply-template', 'infill']);

async function textOf(answer: IncomingMessage): Promise<string> {
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
  return Buffer.concat(chunks).toString('utf8');
}

function parseAnswer(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
    if (Array.isArray(value)) return { data: value };
  } catch (cause) {
    throw new AppError('backend.failed', "The model's server answered with something that is not JSON.", { cause });
  }
  throw new AppError('backend.failed', "The model's server answered with something that is not an object.");
}

function refused({ statusCode = 500 }: IncomingMessage, body: string, { operation, model }: EngineCall): AppError {
  return backendError({ status: statusCode < 400 ? 500 : statusCode, body }, { input: inputs[operation], model });
}
