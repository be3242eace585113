import { deferred, type AppError } from '#core';
import type { AcquireOptions } from '#inference';
import { eventsOf, parseAnswer, textOf } from './answers.ts';
import { shapedCall, type ShapedCall } from './ask-chat.ts';
import { backendError } from './backend-error.ts';
import type { EventShaper } from './chat/shape-answer.ts';
import { checkImages } from './images.ts';
import { jsonBytes, type JsonObject } from './json.ts';
import { withAnswer, type AnswerDeps, type Granted, type RunnerCall } from './with-answer.ts';
import type { Answer } from './answer.ts';

export type { JsonObject } from './json.ts';

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

export function createEngine(deps: AnswerDeps): Engine {
  return {
    async ask(call) {
      const { wire, shaped } = onWire(call, { stream: false, deps });
      await checkImages(call.body, { model: call.model, models: deps.models });
      return await withAnswer(wire, deps, async (answer, { lease, queueMs }) => {
        const text = await textOf(answer);
        if ((answer.statusCode ?? 502) >= 400) throw refused(answer, text, call);
        const body = parseAnswer(text);
        return { body: shaped?.whole?.(body) ?? body, alias: lease.alias, queueMs };
      });
    },

    async stream(call) {
      const { wire, shaped } = onWire(call, { stream: true, deps });
      await checkImages(call.body, { model: call.model, models: deps.models });
      const { answer, granted, finish } = await begin(wire, deps);
      try {
        if ((answer.statusCode ?? 502) >= 400) throw refused(answer, await textOf(answer), call);
        const plain = eventsOf(answer, (data) => refused(answer, data, call));
        const shaper = shaped?.events?.();
        const events = untilLeft(shaper ? shape(plain, shaper) : plain, call.signal);
        const first = await events.next();
        const rest = first.done ? events : resume(first.value, events);
        return { events: freeing(rest, finish), alias: granted.lease.alias, queueMs: granted.queueMs };
      } catch (error) {
        finish();
        throw error;
      }
    },
  };
}

async function* shape(events: AsyncIterable<JsonObject>, shaper: EventShaper): AsyncGenerator<JsonObject, void> {
  for await (const event of events) yield* shaper.push(event);
}

/** A failure after the client left is the client's leaving. */
async function* untilLeft(events: AsyncIterable<JsonObject>, signal: AbortSignal): AsyncGenerator<JsonObject, void> {
  try {
    yield* events;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

interface Begun {
  readonly answer: Answer;
  readonly granted: Granted;
  /** Gives the place back and breaks off what is left of the answer. */
  readonly finish: () => void;
}

/** Starts an answer whose place is held until `finish`. */
async function begin(call: RunnerCall, deps: AnswerDeps): Promise<Begun> {
  const started = deferred<Begun>();
  const finished = deferred<void>();
  withAnswer(call, deps, async (answer, granted) => {
    const finish = (): void => {
      answer.destroy();
      finished.resolve();
    };
    started.resolve({ answer, granted, finish });
    await finished.promise;
  }).catch((error: unknown) => started.reject(error));
  return await started.promise;
}

async function* resume(first: JsonObject, rest: AsyncIterable<JsonObject>): AsyncGenerator<JsonObject, void> {
  yield first;
  yield* rest;
}

/** Gives the place back at the end, and when the reader stops before it, also before it began. */
function freeing(events: AsyncGenerator<JsonObject, void>, finish: () => void): AsyncGenerator<JsonObject, void> {
  return {
    async next() {
      try {
        const result = await events.next();
        if (result.done) finish();
        return result;
      } catch (error) {
        finish();
        throw error;
      }
    },
    async return() {
      finish();
      await events.return().catch(() => undefined);
      return { done: true, value: undefined };
    },
    async throw(error) {
      finish();
      return await events.throw(error);
    },
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await this.return();
    },
  };
}

interface OnWire {
  readonly wire: RunnerCall;
  readonly shaped: ShapedCall | undefined;
}

/** What a runner sees: where the question goes, and its bytes. */
function onWire(call: EngineCall, { stream, deps }: { stream: boolean; deps: AnswerDeps }): OnWire {
  const { operation, signal } = call;
  const path = plainOperations.has(operation) ? `/${operation}` : `/v1/${operation}`;
  const body = { ...call.body, stream };
  const shaped = shapedCall(body, { operation, facts: deps.facts, signal });
  return { wire: { ...call, path, stream, body: shaped ? (lease) => shaped.body(lease) : jsonBytes(body) }, shaped };
}

const plainOperations: ReadonlySet<EngineOperation> = new Set(['tokenize', 'detokenize', 'apply-template', 'infill']);

function refused({ statusCode = 500 }: Answer, body: string, { operation, model }: EngineCall): AppError {
  return backendError({ status: statusCode < 400 ? 500 : statusCode, body }, { input: inputs[operation], model });
}
