import { AppError, toAppError, type Clock } from '#core';
import type { CallOutcome, JsonObject, RpcMessage } from '../types.ts';
import {
  answerOf,
  failed,
  isJsonObject,
  rpcCodes,
  rpcErrorOf,
  type RpcId,
  type RpcNotification,
  type RpcRequest,
} from './messages.ts';

export interface PeerOptions {
  readonly send: (message: RpcMessage) => void;
  readonly clock: Clock;
  /** Answers a request of the other side. Its signal fires when the other side withdraws it or the connection ends. */
  readonly onRequest: (request: RpcRequest, options: { readonly signal: AbortSignal }) => Promise<CallOutcome>;
  readonly onNotification: (notification: RpcNotification) => void;
  /** Requests of the other side that may be under way at once. */
  readonly maxIncoming?: number | undefined;
}

export interface RequestOptions {
  readonly signal?: AbortSignal | undefined;
  /** How long the other side may be silent: progress counts as a sign of life. */
  readonly quietMs: number;
  /** Asks for progress and hears it. */
  readonly onProgress?: ((params: JsonObject) => void) | undefined;
  /** While it says true, silence is not held against the other side: it waits for us. */
  readonly isHeld?: (() => boolean) | undefined;
}

/** One end of a JSON-RPC connection: numbers requests, matches answers, withdraws what is not wanted any more. */
export interface Peer {
  /**
   * The other side's answer, be it an error.
   * @throws AppError `mcp.server_unavailable` when it was silent too long or the connection ended; what `signal` was aborted with
   */
  request(method: string, params: JsonObject | undefined, options: RequestOptions): Promise<CallOutcome>;
  notify(method: string, params?: JsonObject): void;
  receive(message: RpcMessage): void;
  /** Fails all that waits; nothing is sent any more. */
  end(reason: AppError): void;
}

interface Waiting {
  readonly settle: (outcome: CallOutcome) => void;
  readonly fail: (error: unknown) => void;
  readonly onProgress: ((params: JsonObject) => void) | undefined;
  heardAt: number;
}

const defaultMaxIncoming = 256;

export function createPeer({ send, clock, onRequest, onNotification, ...limits }: PeerOptions): Peer {
  const maxIncoming = limits.maxIncoming ?? defaultMaxIncoming;
  const waiting = new Map<RpcId, Waiting>();
  const incoming = new Map<RpcId, AbortController>();
  let lastId = 0;
  let ended: AppError | undefined;

  function request(method: string, params: JsonObject | undefined, options: RequestOptions): Promise<CallOutcome> {
    const { signal, quietMs, onProgress, isHeld } = options;
    if (ended) return Promise.reject(ended);
    if (signal?.aborted) return Promise.reject(signal.reason);
    lastId += 1;
    const id = lastId;
    return new Promise((resolve, reject) => {
      let cancelTimer: () => void;
      const entry: Waiting = {
        settle: (outcome) => {
          release();
          resolve(outcome);
        },
        fail: (error) => {
          release();
          reject(error);
        },
        onProgress,
        heardAt: clock.monotonic(),
      };
      const release = (): void => {
        waiting.delete(id);
        cancelTimer();
        signal?.removeEventListener('abort', onAbort);
      };
      const withdraw = (reason: string): void => {
        // The handshake cannot be withdrawn; whoever gives it up ends the connection.
        if (method !== 'initialize') notify('notifications/cancelled', { requestId: id, reason });
      };
      const onAbort = (): void => {
        withdraw('The client does not wait for it any more.');
        entry.fail(signal?.reason);
      };
      const onTime = (): void => {
        if (isHeld?.()) entry.heardAt = clock.monotonic();
        const leftMs = entry.heardAt + quietMs - clock.monotonic();
        if (leftMs > 0) {
          cancelTimer = clock.schedule(leftMs, onTime);
          return;
        }
        withdraw('It took too long.');
        entry.fail(silent(method, quietMs));
      };
      cancelTimer = clock.schedule(quietMs, onTime);
      signal?.addEventListener('abort', onAbort, { once: true });
      waiting.set(id, entry);
      send({ jsonrpc: '2.0', id, method, params: onProgress ? withProgressToken(params, id) : params });
    });
  }

  function notify(method: string, params?: JsonObject): void {
    if (!ended) send({ jsonrpc: '2.0', method, ...(params === undefined ? {} : { params }) });
  }

  async function answer(request_: RpcRequest): Promise<void> {
    const { id } = request_;
    if (incoming.size >= maxIncoming) {
      send(answerOf(id, failed(rpcCodes.internal, `More than ${maxIncoming} requests are under way.`)));
      return;
    }
    const controller = new AbortController();
    incoming.set(id, controller);
    let outcome: CallOutcome;
    try {
      outcome = await onRequest(request_, { signal: controller.signal });
    } catch (thrown) {
      outcome = { kind: 'error', error: rpcErrorOf(toAppError(thrown)) };
    }
    incoming.delete(id);
    // Whoever withdrew a request is not answered.
    if (!ended && !controller.signal.aborted) send(answerOf(id, outcome));
  }

  function hear({ method, params }: RpcNotification): boolean {
    if (method === 'notifications/progress') {
      const token = params?.['progressToken'];
      const entry = typeof token === 'number' ? waiting.get(token) : undefined;
      if (entry === undefined || params === undefined) return true;
      entry.heardAt = clock.monotonic();
      entry.onProgress?.(params);
      return true;
    }
    if (method !== 'notifications/cancelled') return false;
    const id = params?.['requestId'];
    if (typeof id !== 'string' && typeof id !== 'number') return true;
    const controller = incoming.get(id);
    incoming.delete(id);
    controller?.abort(new AppError('request.aborted', 'The request was withdrawn.'));
    return controller !== undefined;
  }

  function receive(message: RpcMessage): void {
    if (ended) return;
    const { id, method } = message;
    if (method !== undefined) {
      if (id === undefined) {
        if (!hear(message as RpcNotification)) onNotification(message as RpcNotification);
      } else {
        // `answer` cannot reject: what is thrown inside becomes the answer.
        void answer(message as RpcRequest);
      }
      return;
    }
    const entry = id === undefined || id === null ? undefined : waiting.get(id);
    if (entry === undefined) return;
    if (message.error) entry.settle({ kind: 'error', error: message.error });
    else entry.settle({ kind: 'result', result: message.result ?? {} });
  }

  function end(reason: AppError): void {
    if (ended) return;
    ended = reason;
    for (const entry of waiting.values()) entry.fail(reason);
    for (const controller of incoming.values()) controller.abort(reason);
    incoming.clear();
  }

  return { request, notify, receive, end };
}

function withProgressToken(params: JsonObject | undefined, token: number): JsonObject {
  const meta = params?.['_meta'];
  return { ...params, _meta: { ...(isJsonObject(meta) ? meta : {}), progressToken: token } };
}

function silent(method: string, quietMs: number): AppError {
  const seconds = Math.round(quietMs / 100) / 10;
  return new AppError('mcp.server_unavailable', `The server did not answer ${method} within ${seconds} s.`, {
    params: { method, seconds, reason: 'timeout' },
  });
}
