import type { IncomingMessage, ServerResponse } from 'node:http';
import { randomBytes } from 'node:crypto';
import { AppError, type Clock, type Log } from '#core';
import { readMessage } from '../../protocol/messages.ts';
import type { ClientConnection } from '../client-connection.ts';
import type { Gateway } from '../gateway.ts';
import { readBody } from './http-body.ts';
import { sendText } from './http-answers.ts';
import { congestionOf, eventStreamHead, eventText, writeEvent } from './sse-response.ts';
import type { Visitor } from './streamable-http.ts';

/** The transport of 2024: one stream down, posts up. */
export interface SseHttp {
  handle(request: IncomingMessage, response: ServerResponse, visitor: Visitor): Promise<void>;
  close(): Promise<void>;
}

export interface SseHttpOptions {
  readonly gateway: Pick<Gateway, 'connect'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxMessageBytes: number;
  /** The path that posts go to, as clients see it. */
  readonly path: string;
  readonly maxSessions: number;
}

interface SseSession {
  readonly caller: string;
  readonly connection: ClientConnection;
  readonly response: ServerResponse;
}

const beatMs = 15_000;

export function createSseHttp({ gateway, clock, log, maxMessageBytes, path, maxSessions }: SseHttpOptions): SseHttp {
  const sessions = new Map<string, SseSession>();

  function open(response: ServerResponse, { caller }: Visitor): void {
    if (sessions.size >= maxSessions) {
      sendText(response, 503, 'Too many sessions are open.');
      return;
    }
    const id = randomBytes(18).toString('base64url');
    const connection = gateway.connect({
      send: (message) => writeEvent(response, eventText(JSON.stringify(message))),
      congestion: () => congestionOf(response),
    });
    sessions.set(id, { caller, connection, response });
    response.writeHead(200, eventStreamHead);
    writeEvent(response, `event: endpoint\ndata: ${path}${path.includes('?') ? '&' : '?'}sessionid=${id}\n\n`);
    let cancel = clock.schedule(beatMs, function beat() {
      writeEvent(response, ': \n\n');
      cancel = clock.schedule(beatMs, beat);
    });
    response.once('close', () => {
      cancel();
      sessions.delete(id);
      connection
        .end(new AppError('request.aborted', 'The client closed the stream.'))
        .catch((error: unknown) => log.warn('a session did not end', { error }));
    });
  }

  async function post(request: IncomingMessage, response: ServerResponse, visitor: Visitor): Promise<void> {
    const id = new URL(request.url ?? '/', 'http://localhost').searchParams.get('sessionid') ?? '';
    const session = sessions.get(id);
    if (session?.caller !== visitor.caller) {
      sendText(response, 404, 'session not found');
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
    } catch {
      value = undefined;
    }
    const message = readMessage(value);
    if ('invalid' in message) {
      sendText(response, 400, `malformed payload: ${message.invalid}`);
      return;
    }
    response.writeHead(202, { 'content-length': 0 }).end();
    session.connection.receive(message);
  }

  return {
    async handle(request, response, visitor) {
      if (request.method === 'GET') open(response, visitor);
      else if (request.method === 'POST') await post(request, response, visitor);
      else {
        response.setHeader('allow', 'GET, POST');
        sendText(response, 405, 'Method Not Allowed');
      }
    },
    async close() {
      for (const { response } of sessions.values()) response.end();
      await Promise.all(
        [...sessions.values()].map(({ connection }) =>
          connection.end(new AppError('daemon.stopping', 'The gateway is stopping.')),
        ),
      );
    },
  };
}
