import { AppError, toAppError } from '#core';
import type { BackendName, Lease, Runtimes } from '#inference';
import { readBody } from '../http/body.ts';
import { sendEmpty, sendError, type Exchange } from '../http/exchange.ts';
import type { Operation } from '../http/route.ts';
import { shapedCall } from './ask-chat.ts';
import { checkBackend } from './backends.ts';
import { checkImages, hasImages } from './images.ts';
import { instruct, type InstructionsSource } from './instruct.ts';
import { jsonBytes } from './json.ts';
import { headerList, parseInferenceRequest, type InferenceRequest } from './inference-request.ts';
import { checkSize, type LargeBodies } from './large-bodies.ts';
import { createPatience, type Patience } from './patience.ts';
import { errorEvent, relay } from './relay.ts';
import { relayShaped } from './relay-shaped.ts';
import { runnerWishes } from './runner-wishes.ts';
import { withAnswer, type AnswerDeps } from './with-answer.ts';

export interface InferOptions {
  readonly backend: string | undefined;
  readonly operation: Operation;
}

type Deps = AnswerDeps & {
  readonly largeBodies: LargeBodies;
  readonly instructions: InstructionsSource;
  readonly runtimes: Pick<Runtimes, 'select'>;
};

/** Runs a request on a runner of its model and passes the answer on (contract model-runner §2.7). */
export async function infer(exchange: Exchange, { backend, operation }: InferOptions, deps: Deps): Promise<void> {
  const { response, notes } = exchange;
  let patience: Patience | undefined;
  try {
    const named = await checkBackend(backend, deps);
    const preload = exchange.request.headers['x-preload-only'] === 'true';
    const body = await (operation === 'chat/completions'
      ? deps.largeBodies.read(exchange)
      : readBody(exchange.request));
    const request = parseInferenceRequest(body, { operation, needsInput: !preload });
    notes.model = request.model.slice(0, 200);
    checkSize(body, { holdsImages: hasImages(request.fields) });
    if (request.ignored.length > 0) response.setHeader('x-gantry-ignored', headerList(request.ignored));
    if (preload) {
      const { contextSize } = (await deps.instructions.of(request.model)) ?? {};
      const wishes = { contextSize, ...runnerWishes(exchange.request.headers, request.fields) };
      const lease = await deps.inference.acquire({ ...request, ...wishes, backend: named, signal: exchange.gone });
      lease.release();
      sendEmpty(exchange, 200);
      return;
    }
    patience = createPatience(exchange, { stream: request.stream, clock: deps.clock });
    await serve(exchange, { body, request, operation, backend: named, patience }, deps);
  } catch (thrown) {
    patience?.stop();
    if (exchange.gone.aborted) {
      notes.error = 'request.aborted';
      return;
    }
    const error = withPullHint(toAppError(thrown));
    if (patience?.begun && !response.writableEnded) {
      notes.error = error.code;
      response.end(errorEvent(exchange, error));
      return;
    }
    sendError(exchange, error, { shape: 'openai' });
  } finally {
    patience?.stop();
  }
}

interface Work {
  readonly body: Buffer;
  readonly request: InferenceRequest;
  readonly operation: Operation;
  readonly backend: BackendName | undefined;
  readonly patience: Patience;
}

async function serve(exchange: Exchange, work: Work, deps: Deps): Promise<void> {
  const { request, operation, backend, patience } = work;
  const { model, mode, stream } = request;
  const { gone: signal } = exchange;
  const own = mode === 'completion' ? await deps.instructions.of(model) : undefined;
  const fields = instruct(request.fields, own);
  const body = fields === request.fields ? work.body : jsonBytes(fields);
  await checkImages(fields, { model, models: deps.models });
  const shaped = shapedCall(fields, { operation, facts: deps.facts, signal });
  const bytes = shaped ? (lease: Lease): Promise<Buffer> => shaped.body(lease) : body;
  const wishes = { contextSize: own?.contextSize, ...runnerWishes(exchange.request.headers, fields) };
  const call = { model, mode, stream, body: bytes, path: `/v1/${operation}`, backend, signal, ...wishes };
  await withAnswer(call, deps, async (answer, { lease, queueMs }) => {
    if (!exchange.response.headersSent) exchange.response.setHeader('x-gantry-queue-ms', queueMs.toFixed(1));
    const options = { operation, model: lease.alias, patience };
    if (shaped?.whole) await relayShaped(exchange, answer, { ...options, shaped });
    else await relay(exchange, answer, options);
  });
}

function withPullHint(error: AppError): AppError {
  if (error.code !== 'model.not_found' || error.hint !== undefined) return error;
  const { message, params, cause } = error;
  return new AppError('model.not_found', message, {
    hint: 'Pull it first, for example with: gantry pull MODEL',
    params,
    cause,
  });
}
