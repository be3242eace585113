import { Agent, request as httpRequest, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { errorCodeOf } from '#core';
import { StreamAnswer, type Answer } from './answer.ts';
import { askForStream, connectToRunner, type RunnerConnection } from './runner-stream.ts';

/** Connections to runners. Those of whole answers are kept open between requests. */
export interface Upstreams {
  /**
   * Sends one request over a runner's socket and resolves with its answer. Any of the `signals` breaks it off at any time, also
   * while the answer is read.
   */
  open(call: UpstreamCall): Promise<Answer>;
  close(): void;
}

export interface UpstreamCall {
  readonly socket: string;
  readonly path: string;
  readonly method?: 'GET';
  readonly body?: Buffer;
  /** Whether the answer comes as events. */
  readonly stream: boolean;
  readonly signals: readonly AbortSignal[];
}

// The engine closes a connection after 5 s without a request; we must be the first to let go.
const idleMs = 4000;

export function createUpstreams(): Upstreams {
  const agent = new Agent({ keepAlive: true, timeout: idleMs, maxFreeSockets: 64 });
  const spares = createSpares();

  const sendWhole = (call: UpstreamCall, { fresh }: { fresh: boolean }): Promise<IncomingMessage> =>
    new Promise((resolve, reject) => {
      const headers: OutgoingHttpHeaders = {
        host: 'localhost',
        ...(call.body && { 'content-type': 'application/json', 'content-length': call.body.length }),
        accept: 'application/json',
      };
      const outgoing = httpRequest({
        socketPath: call.socket,
        agent: fresh ? false : agent,
        path: call.path,
        method: call.method ?? 'POST',
        headers,
      });
      // Plain listeners: AbortSignal.any and the `signal` of a request cost more than all the rest of this function.
      const breakOff = (): void => void outgoing.destroy(new Error('The request was broken off.'));
      for (const signal of call.signals) signal.addEventListener('abort', breakOff);
      outgoing.once('close', () => {
        for (const signal of call.signals) signal.removeEventListener('abort', breakOff);
      });
      if (isBrokenOff(call)) breakOff();
      outgoing.once('response', (answer) => {
        outgoing.off('error', onError);
        // From here on a failure is the answer's, which its reader hears of.
        outgoing.on('error', () => undefined);
        resolve(answer);
      });
      const onError = (error: Error): void => {
        const raced = outgoing.reusedSocket && ['ECONNRESET', 'EPIPE'].includes(errorCodeOf(error) ?? '');
        // The engine let go of an idle connection in the moment we used it; a new one settles whether it lives.
        if (raced && !isBrokenOff(call)) sendWhole(call, { fresh: true }).then(resolve, reject);
        else reject(error);
      };
      outgoing.on('error', onError);
      outgoing.end(call.body);
    });

  async function openStream(call: UpstreamCall, { fresh }: { fresh: boolean }): Promise<Answer> {
    const spare = fresh ? undefined : spares.take(call.socket);
    const connection = spare ?? connectToRunner(call.socket);
    const { socket } = connection;
    const breakOff = (): void => void socket.destroy(new Error('The request was broken off.'));
    for (const signal of call.signals) signal.addEventListener('abort', breakOff);
    socket.once('close', () => {
      for (const signal of call.signals) signal.removeEventListener('abort', breakOff);
    });
    if (isBrokenOff(call)) breakOff();
    try {
      const { path, body = Buffer.alloc(0) } = call;
      const onWhole = (): void => spares.prepare(call.socket);
      return new StreamAnswer(await askForStream(connection, { path, body, onWhole }));
    } catch (error) {
      if (spare && !isBrokenOff(call)) return await openStream(call, { fresh: true });
      throw error;
    }
  }

  return {
    open: (call) => (call.stream ? openStream(call, { fresh: false }) : sendWhole(call, { fresh: false })),
    close() {
      agent.destroy();
      spares.close();
    },
  };
}

function isBrokenOff({ signals }: UpstreamCall): boolean {
  return signals.some(({ aborted }) => aborted);
}

interface Spares {
  take(path: string): RunnerConnection | undefined;
  /** Opens one for the next stream, unless there is one. */
  prepare(path: string): void;
  close(): void;
}

/**
 * llama-server closes a connection after a stream without announcing it, so streams cannot share connections. One opened
 * ahead of the next request saves it the connecting, and the engine the handing over to a thread.
 */
function createSpares(): Spares {
  const spares = new Map<string, { readonly connection: RunnerConnection; readonly drop: () => void }>();
  return {
    take(path) {
      const spare = spares.get(path);
      spares.delete(path);
      if (spare === undefined) return undefined;
      const { connection, drop } = spare;
      const { socket } = connection;
      socket.off('error', drop).off('end', drop).off('timeout', drop);
      if (!socket.destroyed && !socket.connecting && socket.readable) {
        socket.setTimeout(0).ref();
        return connection;
      }
      socket.on('error', () => undefined).destroy();
      return undefined;
    },
    prepare(path) {
      if (spares.has(path)) return;
      const connection = connectToRunner(path);
      const { socket } = connection;
      const drop = (): void => {
        if (spares.get(path)?.connection === connection) spares.delete(path);
        socket.destroy();
      };
      spares.set(path, { connection, drop });
      socket.unref().setTimeout(idleMs).on('error', drop).on('end', drop).on('timeout', drop);
    },
    close() {
      for (const { drop } of spares.values()) drop();
    },
  };
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
export function answerHeaders(answer: Pick<Answer, 'headers'>): OutgoingHttpHeaders {
  const named = new Set((answer.headers.connection ?? '').toLowerCase().split(/\s*,\s*/));
  const kept: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (hopByHop.has(name) || named.has(name) || name.startsWith('access-control-')) continue;
    if (name === 'content-length' || name === 'vary' || name === 'date') continue;
    kept[name] = value;
  }
  return kept;
}
