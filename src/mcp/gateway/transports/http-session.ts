import type { ServerResponse } from 'node:http';
import type { Clock } from '#core';
import type { RpcMessage } from '../../types.ts';
import type { RpcId } from '../../protocol/messages.ts';
import type { ClientConnection, ClientPipe } from '../client-connection.ts';
import { createEventLog } from './event-log.ts';
import { congestionOf, eventStreamHead, eventText, writeEvent } from './sse-response.ts';

/** A session of streamable HTTP: which of its open answers a message goes to. */
export interface HttpSession {
  readonly id: string;
  readonly caller: string;
  /** Unix time in ms, of the last thing that the client did. */
  usedAt(): number;
  /** Whether it waits for something. */
  isBusy(): boolean;
  touch(): void;
  /** Gives a request to the gateway; the response carries what comes of it. */
  post(message: RpcMessage & { readonly id: RpcId }, response: ServerResponse): void;
  /** Everything but requests. */
  tell(message: RpcMessage): void;
  /** Opens the stream for what belongs to no request. False when there is one. */
  listen(response: ServerResponse): boolean;
  /** Goes on with a stream after an event. False when that is not possible. */
  resume(eventId: string, response: ServerResponse): boolean;
  /** Says to those who wait that it still works on it, and to what stands between that the line is up. */
  tick(): void;
  closeStreams(): void;
  readonly connection: ClientConnection;
}

export interface HttpSessionOptions {
  readonly id: string;
  readonly caller: string;
  readonly clock: Clock;
  /** Headers of every stream. */
  readonly headers: Readonly<Record<string, string>>;
  readonly connect: (pipe: ClientPipe) => ClientConnection;
}

interface Stream {
  readonly number: number;
  readonly request: RpcId | undefined;
  readonly startedAt: number;
  /** Undefined while the client is away. */
  response: ServerResponse | undefined;
  hasBegun: boolean;
}

const maxQueued = 100;
const maxQueuedChars = 4 * 1_048_576;
const beginAfterMs = 1000;
const retryMs = 1000;

export function createHttpSession(options: HttpSessionOptions): HttpSession {
  const { clock, headers } = options;
  const log = createEventLog({ maxEvents: 1000, maxChars: 4 * 1_048_576 });
  const posts = new Map<RpcId, Stream>();
  let listening: Stream | undefined;
  let queued: string[] = [];
  let queuedChars = 0;
  let lastStream = 0;
  let usedAt = clock.now();
  let beat = 0;

  function newStream(response: ServerResponse, request: RpcId | undefined): Stream {
    lastStream += 1;
    const stream: Stream = { number: lastStream, request, startedAt: clock.monotonic(), response, hasBegun: false };
    follow(stream, response);
    return stream;
  }

  function follow(stream: Stream, response: ServerResponse): void {
    stream.response = response;
    response.once('close', () => {
      if (stream.response !== response) return;
      stream.response = undefined;
      if (listening === stream) listening = undefined;
      // A request whose answer nobody can fetch any more: its stream had not begun, so no event of it is known.
      if (stream.request !== undefined && !stream.hasBegun && posts.get(stream.request) === stream) {
        posts.delete(stream.request);
        withdraw(stream.request);
      }
    });
  }

  /** From here on the client can come back to it: it has the id of an event. */
  function begin(stream: Stream): void {
    const { response } = stream;
    if (stream.hasBegun || !response) return;
    stream.hasBegun = true;
    response.writeHead(200, { ...eventStreamHead, ...headers });
    writeEvent(response, `id: ${log.add(stream.number, '')}\nretry: ${retryMs}\ndata: \n\n`);
  }

  function put(stream: Stream, data: string): void {
    begin(stream);
    const id = log.add(stream.number, data);
    if (stream.response) writeEvent(stream.response, eventText(data, id));
  }

  function finish(stream: Stream, data: string): void {
    const { response, request } = stream;
    if (request !== undefined && posts.get(request) === stream) posts.delete(request);
    if (!stream.hasBegun && response) {
      // All there is to say fits into one write.
      response.writeHead(200, { ...eventStreamHead, ...headers }).end(eventText(data));
      return;
    }
    put(stream, data);
    response?.end();
  }

  /** For a stream that may be opened later: the newest, in bounds. */
  function keep(data: string): void {
    queued.push(data);
    queuedChars += data.length;
    while (queued.length > maxQueued || (queuedChars > maxQueuedChars && queued.length > 1)) {
      queuedChars -= queued.shift()?.length ?? 0;
    }
  }

  const pipe: ClientPipe = {
    send(message, related) {
      const data = JSON.stringify(message);
      const stream = related === undefined ? undefined : posts.get(related);
      if (stream && message.method === undefined && message.id === related) {
        finish(stream, data);
        return;
      }
      if (stream) {
        put(stream, data);
        return;
      }
      // An answer to a request that nobody waits for any more.
      if (message.method === undefined) return;
      const open = listening ?? [...posts.values()].findLast(({ response }) => response !== undefined);
      if (open) put(open, data);
      else keep(data);
    },
    // What belongs to no request goes to a stream that clients need not read; there the oldest gives way instead.
    congestion(related) {
      const response = related === undefined ? undefined : posts.get(related)?.response;
      return response && congestionOf(response);
    },
  };
  const connection = options.connect(pipe);
  const withdraw = (requestId: RpcId): void => {
    const reason = 'The client closed the connection.';
    connection.receive({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId, reason } });
  };

  return {
    id: options.id,
    caller: options.caller,
    connection,
    usedAt: () => usedAt,
    isBusy: () => posts.size > 0 || listening !== undefined,
    touch() {
      usedAt = clock.now();
    },
    post(message, response) {
      posts.set(message.id, newStream(response, message.id));
      connection.receive(message);
    },
    tell: (message) => connection.receive(message),
    listen(response) {
      if (listening) return false;
      const stream = newStream(response, undefined);
      listening = stream;
      begin(stream);
      const waiting = queued;
      queued = [];
      queuedChars = 0;
      for (const data of waiting) put(stream, data);
      return true;
    },
    resume(eventId, response) {
      const found = log.after(eventId);
      if (!found) return false;
      response.writeHead(200, { ...eventStreamHead, ...headers });
      response.flushHeaders();
      for (const { id, data } of found.events) {
        if (data !== '') writeEvent(response, eventText(data, id));
      }
      const post = [...posts.values()].find(({ number }) => number === found.stream);
      if (post) {
        post.response?.end();
        follow(post, response);
        return true;
      }
      const wasAnswered = found.events.some(({ data }) => isAnswer(data));
      if (wasAnswered) {
        response.end();
        return true;
      }
      listening?.response?.end();
      const stream: Stream = {
        number: found.stream,
        request: undefined,
        startedAt: clock.monotonic(),
        response,
        hasBegun: true,
      };
      follow(stream, response);
      listening = stream;
      return true;
    },
    tick() {
      beat += 1;
      const now = clock.monotonic();
      for (const stream of [...posts.values(), ...(listening ? [listening] : [])]) {
        if (!stream.hasBegun && now - stream.startedAt >= beginAfterMs) begin(stream);
        else if (stream.hasBegun && stream.response && beat % beatsPerComment === 0)
          writeEvent(stream.response, ': \n\n');
      }
    },
    closeStreams() {
      for (const { response } of [...posts.values(), ...(listening ? [listening] : [])]) response?.end();
    },
  };
}

const beatsPerComment = 15;

function isAnswer(data: string): boolean {
  if (data === '') return false;
  const message = JSON.parse(data) as RpcMessage;
  return message.method === undefined;
}
