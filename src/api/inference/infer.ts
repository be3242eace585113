import type { IncomingMessage } from 'node:http';
import { AppError, delay, toAppError, type Clock } from '#core';
import type { Lease } from '#inference';
import { readBody } from '../http/body.ts';
import { sendEmpty, sendError, type Exchange } from '../http/exchange.ts';
import type { Operation } from '../http/route.ts';
import type { ApiOptions } from '../types.ts';
import { checkBackend } from './backends.ts';
import { headerList, parseInferenceRequest, type InferenceRequest } from './inference-request.ts';
import { createPatience, type Patience } from './patience.ts';
import { crashed, errorEvent, relay } from './relay.ts';
import type { Upstreams } from './upstream.ts';

/** How long a runner that closed a connection may take to be known as gone. */
const exitNoticeMs = 1000;

export interface InferOptions {
  readonly backend: string | undefined;
  readonly operation: Operation;
}

type Deps = Pick<ApiOptions, 'inference' | 'clock' | 'log'> & { readonly upstreams: Upstreams };

/** Runs a request on a runner of its model and passes the answer on (contract model-runner §2.7). */
export async function infer(exchange: Exchange, { backend, operation }: InferOptions, deps: Deps): Promise<void> {
  const { response, notes } = exchange;
  let patience: Patience | undefined;
  try {
    checkBackend(backend);
    const preload = exchange.request.headers['x-preload-only'] === 'true';
    const body = await readBody(exchange.request);
    const request = parseInferenceRequest(body, { operation, needsInput: !preload });
    notes.model = request.model.slice(0, 200);
    if (request.ignored.length > 0) response.setHeader('x-gantry-ignored', headerList(request.ignored));
    if (preload) {
      const lease = await deps.inference.acquire({ ...request, signal: exchange.gone });
      lease.release();
      sendEmpty(exchange, 200);
      return;
    }
    patience = createPatience(exchange, { stream: request.stream, clock: deps.clock });
    await serve(exchange, { body, request, operation, patience }, deps);
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
  readonly patience: Patience;
}

async function serve(exchange: Exchange, work: Work, deps: Deps): Promise<void> {
  const { request, operation, patience } = work;
  const { clock, log, inference } = deps;
  for (let attempt = 1; ; attempt += 1) {
    const askedAt = clock.monotonic();
    const lease = await inference.acquire({ model: request.model, mode: request.mode, signal: exchange.gone });
    try {
      const queueMs = clock.monotonic() - askedAt;
      if (!exchange.response.headersSent) exchange.response.setHeader('x-gantry-queue-ms', queueMs.toFixed(1));
      const answer = await ask(exchange, { lease, ...work }, deps);
      if (answer === 'gone') {
        exchange.gone.throwIfAborted();
        if (attempt === 1) {
          await noticeExit(lease, { clock, signal: exchange.gone });
          log.warn('runner gone before it answered; trying once more', { runner: lease.runnerId, model: lease.alias });
          continue;
        }
        throw crashed();
      }
      await relay(exchange, answer, { operation, model: lease.alias, patience });
      return;
    } finally {
      lease.release();
    }
  }
}

/** Asks the runner; `gone` when it went before it answered. */
async function ask(
  exchange: Exchange,
  { lease, body, request, operation }: { lease: Lease } & Work,
  { upstreams }: Deps,
): Promise<IncomingMessage | 'gone'> {
  try {
    return await upstreams.open({
      socket: lease.socket,
      path: `/v1/${operation}`,
      body,
      stream: request.stream,
      signals: [exchange.gone, lease.lost],
    });
  } catch (error) {
    if (exchange.gone.aborted) throw new AppError('request.aborted', 'The client left.', { cause: error });
    return 'gone';
  }
}

/**
 * A socket closes a moment before its process is known to be gone, and until then the scheduler would hand out a place in the
 * same dead runner. So this waits for its word, though not for long: a runner may live on and have lost only this connection.
 */
async function noticeExit(lease: Lease, { clock, signal }: { clock: Clock; signal: AbortSignal }): Promise<void> {
  const told = AbortSignal.any([lease.lost, signal]);
  await delay(exitNoticeMs, { clock, signal: told }).catch(() => undefined);
  signal.throwIfAborted();
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
