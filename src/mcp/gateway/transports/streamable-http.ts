import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { AppError, type Clock, type Log } from '#core';
import { readEnvelope } from '../../protocol/envelope.ts';
import {
  answerOf,
  isNotification,
  isRequest,
  readMessage,
  rpcCodes,
  type RpcNotification,
  type RpcRequest,
} from '../../protocol/messages.ts';
import { isModernVersion, legacyVersions } from '../../protocol/versions.ts';
import type { RpcMessage } from '../../types.ts';
import type { Gateway } from '../gateway.ts';
import { readBody } from './http-body.ts';
import { sendEmpty, sendRefusal, sendRpc, sendText } from './http-answers.ts';
import { createHttpSession, type HttpSession } from './http-session.ts';
import { checkModernHeaders, headerOf, lacksEnvelope, namesOtherVersion } from './modern-headers.ts';
import { congestionOf, eventStreamHead, eventText, writeEvent } from './sse-response.ts';

/** Who sent a request, as far as access goes: sessions of one caller are nobody else's. */
export interface Visitor {
  readonly caller: string;
}

export interface StreamableHttp {
  /** Answers a request to the endpoint. Who may ask is decided before. */
  handle(request: IncomingMessage, response: ServerResponse, visitor: Visitor): Promise<void>;
  sessionCount(): number;
  close(): Promise<void>;
}

export interface StreamableHttpOptions {
  readonly gateway: Pick<Gateway, 'connect' | 'stateless'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxMessageBytes: number;
  /** A session that its client does nothing with is ended after this. */
  readonly sessionIdleMs: number;
  readonly maxSessions: number;
}

const tickMs = 1000;

export function createStreamableHttp(options: StreamableHttpOptions): StreamableHttp {
  const { gateway, clock, log, maxMessageBytes, sessionIdleMs, maxSessions } = options;
  const sessions = new Map<string, HttpSession>();
  const alone = new Set<AbortController>();
  let cancelTick: (() => void) | undefined;
  let isClosed = false;

  function tick(): void {
    const now = clock.now();
    for (const session of sessions.values()) {
      session.tick();
      if (!session.isBusy() && now - session.usedAt() > sessionIdleMs)
        endSession(session, 'The session was idle too long.');
    }
    cancelTick = sessions.size === 0 || isClosed ? undefined : clock.schedule(tickMs, tick);
  }

  function endSession(session: HttpSession, reason: string): void {
    sessions.delete(session.id);
    session.closeStreams();
    session.connection
      .end(new AppError('request.aborted', reason))
      .catch((error: unknown) => log.warn('a session did not end', { error }));
  }

  function openSession({ caller }: Visitor): HttpSession | undefined {
    if (sessions.size >= maxSessions) {
      const idle = [...sessions.values()].filter((one) => !one.isBusy()).toSorted((a, b) => a.usedAt() - b.usedAt())[0];
      if (!idle) return undefined;
      endSession(idle, 'Another client took its place.');
    }
    const id = randomBytes(18).toString('base64url');
    const session = createHttpSession({
      id,
      caller,
      clock,
      headers: { 'mcp-session-id': id },
      connect: (pipe) => gateway.connect(pipe),
    });
    sessions.set(id, session);
    cancelTick ??= clock.schedule(tickMs, tick);
    return session;
  }

  function find(request: IncomingMessage, { caller }: Visitor): HttpSession | undefined {
    const session = sessions.get(headerOf(request.headers, 'mcp-session-id') ?? '');
    if (session?.caller !== caller) return undefined;
    session.touch();
    return session;
  }

  async function post(request: IncomingMessage, response: ServerResponse, visitor: Visitor): Promise<void> {
    const type = headerOf(request.headers, 'content-type')?.split(';')[0]?.trim().toLowerCase();
    if (type !== 'application/json') {
      sendText(response, 415, "Content-Type must be 'application/json'");
      return;
    }
    const body = await readBody(request, { maxBytes: maxMessageBytes });
    if (body.kind === 'gone') return;
    if (body.kind === 'too large') {
      response.setHeader('connection', 'close');
      sendText(response, 413, `The message is larger than ${maxMessageBytes} bytes.`);
      return;
    }
    let value: unknown;
    try {
      value = JSON.parse(body.text);
    } catch (error) {
      const what = error instanceof Error ? error.message : 'it is not JSON';
      sendText(response, 400, `malformed payload: ${what.slice(0, 200)}`);
      return;
    }
    const message = readMessage(value);
    if ('invalid' in message) {
      sendText(response, 400, `malformed payload: ${message.invalid}`);
      return;
    }
    if (isRequest(message)) {
      const reading = readEnvelope(message.params);
      if (reading.kind === 'refused') {
        const other = namesOtherVersion(request.headers, reading.data);
        sendRefusal(response, other ?? { ...reading, status: 400 }, message.id);
        return;
      }
      if (reading.kind === 'envelope') {
        await answerAlone(message, response, { request, visitor, reading });
        return;
      }
    }
    withSession(message, response, { request, visitor });
  }

  /** A request of the stateless era. */
  async function answerAlone(
    message: RpcRequest,
    response: ServerResponse,
    {
      request,
      visitor,
      reading: { envelope },
    }: {
      request: IncomingMessage;
      visitor: Visitor;
      reading: Extract<ReturnType<typeof readEnvelope>, { kind: 'envelope' }>;
    },
  ): Promise<void> {
    const { method, params = {}, id } = message;
    const refusal = checkModernHeaders(request.headers, { method, params, version: envelope.version });
    if (refusal) {
      sendRefusal(response, refusal, id);
      return;
    }
    const gone = new AbortController();
    alone.add(gone);
    response.once('close', () => {
      alone.delete(gone);
      if (!response.writableFinished) gone.abort(new AppError('request.aborted', 'The client left.'));
    });
    let cancelBeat: (() => void) | undefined;
    const beat = (): void => {
      writeEvent(response, ': \n\n');
      cancelBeat = clock.schedule(beatMs, beat);
    };
    const notify = (notification: RpcNotification): void => {
      if (gone.signal.aborted) return;
      if (!response.headersSent) {
        response.writeHead(200, { ...eventStreamHead, 'x-accel-buffering': 'no' });
        cancelBeat = clock.schedule(beatMs, beat);
      }
      writeEvent(response, eventText(JSON.stringify(notification)));
    };
    const outcome = await gateway.stateless.ask(message, envelope, {
      caller: visitor.caller,
      isShared: true,
      headerOf: (name) => headerOf(request.headers, name),
      signal: gone.signal,
      notify,
      congestion: () => congestionOf(response),
    });
    cancelBeat?.();
    if (response.destroyed) return;
    const answer = answerOf(id, outcome);
    if (response.headersSent) response.end(eventText(JSON.stringify(answer)));
    else sendRpc(response, statusFor(answer), answer);
  }

  function withSession(
    message: RpcMessage,
    response: ServerResponse,
    { request, visitor }: { request: IncomingMessage; visitor: Visitor },
  ): void {
    const version = headerOf(request.headers, 'mcp-protocol-version');
    if (version !== undefined && isModernVersion(version) && isNotification(message)) {
      // In the stateless era a client ends what it does not want by closing; there is nothing else to say.
      sendEmpty(response, 202);
      return;
    }
    const lacking = lacksEnvelope(request.headers);
    if (lacking) {
      sendRefusal(response, lacking, isRequest(message) ? message.id : null);
      return;
    }
    const isFirst = isRequest(message) && message.method === 'initialize';
    if (version !== undefined && !isFirst && !legacyVersions.includes(version)) {
      sendText(
        response,
        400,
        `Bad Request: Unsupported protocol version (supported versions: ${legacyVersions.join(',')})`,
      );
      return;
    }
    const named = headerOf(request.headers, 'mcp-session-id');
    if (named === undefined && isRequest(message) && message.method === 'ping') {
      response
        .writeHead(200, eventStreamHead)
        .end(eventText(JSON.stringify({ jsonrpc: '2.0', id: message.id, result: {} })));
      return;
    }
    if (named === undefined && !isFirst) {
      sendText(response, 400, 'Bad Request: POST requires an Mcp-Session-Id header, or an initialize request');
      return;
    }
    const session = isFirst && named === undefined ? openSession(visitor) : find(request, visitor);
    if (!session) {
      if (isFirst && named === undefined) sendText(response, 503, 'Too many sessions are open.');
      else sendText(response, 404, 'session not found');
      return;
    }
    if (isRequest(message)) {
      session.post(message, response);
      return;
    }
    session.tell(message);
    sendEmpty(response, 202);
  }

  function get(request: IncomingMessage, response: ServerResponse, visitor: Visitor): void {
    if (headerOf(request.headers, 'mcp-session-id') === undefined) {
      sendText(response, 400, 'Bad Request: GET requires an Mcp-Session-Id header');
      return;
    }
    if (!/text\/event-stream|\*\/\*/.test(headerOf(request.headers, 'accept') ?? '')) {
      sendText(response, 406, "Accept must contain 'text/event-stream'");
      return;
    }
    const session = find(request, visitor);
    if (!session) {
      sendText(response, 404, 'session not found');
      return;
    }
    const lastEvent = headerOf(request.headers, 'last-event-id');
    if (lastEvent !== undefined) {
      if (!session.resume(lastEvent, response)) sendText(response, 400, 'Bad Request: that event is not kept any more');
      return;
    }
    if (!session.listen(response)) sendText(response, 409, 'Conflict: the session has a stream already');
  }

  function remove(request: IncomingMessage, response: ServerResponse, visitor: Visitor): void {
    if (headerOf(request.headers, 'mcp-session-id') === undefined) {
      sendText(response, 400, 'Bad Request: DELETE requires an Mcp-Session-Id header');
      return;
    }
    const session = find(request, visitor);
    if (!session) {
      sendText(response, 404, 'session not found');
      return;
    }
    endSession(session, 'The client ended the session.');
    response.writeHead(204).end();
  }

  return {
    async handle(request, response, visitor) {
      if (isClosed) {
        sendText(response, 503, 'The gateway is stopping.');
        return;
      }
      switch (request.method) {
        case 'POST':
          await post(request, response, visitor);
          return;
        case 'GET':
          get(request, response, visitor);
          return;
        case 'DELETE':
          remove(request, response, visitor);
          return;
        default:
          response.setHeader('allow', 'GET, POST, DELETE');
          sendText(response, 405, 'Method Not Allowed');
      }
    },
    sessionCount: () => sessions.size,
    async close() {
      isClosed = true;
      cancelTick?.();
      const all = [...sessions.values()];
      sessions.clear();
      for (const controller of alone) controller.abort(new AppError('daemon.stopping', 'The gateway is stopping.'));
      await Promise.all(
        all.map(async (session) => {
          await session.connection.end(new AppError('daemon.stopping', 'The gateway is stopping.'));
          session.closeStreams();
        }),
      );
    },
  };
}

const beatMs = 15_000;

/** Errors about the request itself have a status of their own; what came of it has 200, whatever it is. */
function statusFor({ error }: RpcMessage): number {
  switch (error?.code) {
    case rpcCodes.methodNotFound:
      return error.message.startsWith('Method not found: ') ? 404 : 200;
    case rpcCodes.headerMismatch:
    case rpcCodes.missingCapability:
    case rpcCodes.unsupportedVersion:
      return 400;
    default:
      return 200;
  }
}
