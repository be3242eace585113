import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { errorCodeOf } from '#core';

/** Connections to runners, kept open between requests. */
export interface Upstreams {
  /**
   * Sends one request over a runner's socket and resolves with its answer. Aborting `signal` breaks it off at any time, also while
   * the answer is read.
   */
  open(call: UpstreamCall): Promise<IncomingMessage>;
  close(): void;
}

export interface UpstreamCall {
  readonly socket: string;
  readonly path: string;
  readonly body: Buffer;
  readonly accept: string;
  readonly signal: AbortSignal;
}

// The engine closes a connection after 5 s without a request; we must be the first to let go.
const idleMs = 4000;

export function createUpstreams(): Upstreams {
  const agent = new Agent({ keepAlive: true, timeout: idleMs, maxFreeSockets: 64 });

  const send = (call: UpstreamCall, connection: Agent | false): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers: OutgoingHttpHeaders = {
        host: 'localhost',
        'content-type': 'application/json',
        'content-length': call.body.length,
        accept: call.accept,
      };
      const outgoing = httpRequest({
        socketPath: call.socket,
        path: call.path,
        method: 'POST',
        headers,
        agent: connection,
        signal: call.signal,
      });
      outgoing.once('response', (answer) => {
        outgoing.off('error', onError);
        // From here on a failure is the answer's, which its reader hears of.
        outgoing.on('error', () => undefined);
        resolve(answer);
      });
      const onError = (error: Error): void => {
        const raced = outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errorCodeOf(error) ?? '');
        // The engine let go of an idle connection in the moment we used it; a new one settles whether it lives.
        if (raced && connection && !call.signal.aborted) send(call, false).then(resolve, reject);
        else reject(error);
      };
      outgoing.on('error', onError);
      outgoing.end(call.body);
    });

  return { open: (call) => send(call, agent), close: () => agent.destroy() };
}

const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers of a runner's answer that are the client's business. CORS is ours to decide, length is set anew. */
export function answerHeaders(answer: IncomingMessage): OutgoingHttpHeaders {
  const named = new Set((answer.headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (hopByHop.has(name) || named.has(name) || name.startsWith('access-control-')) continue;
    if (name === 'content-length' || name === 'vary' || name === 'date') continue;
    kept[name] = value;
  }
  return kept;
}
