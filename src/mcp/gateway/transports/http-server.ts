import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError, errorCodeOf, type Clock, type Log } from '#core';
import type { Gateway } from '../gateway.ts';
import { sendEmpty, sendRedirect, sendText } from './http-answers.ts';
import { judgeAccess, type HttpAccess } from './http-access.ts';
import { createSseHttp } from './sse-http.ts';
import { createStreamableHttp } from './streamable-http.ts';

export interface HttpServerOptions {
  readonly gateway: Gateway;
  readonly kind: 'sse' | 'streaming';
  readonly host: string | undefined;
  readonly port: number;
  readonly access: HttpAccess;
  readonly clock: Clock;
  readonly log: Log;
  readonly maxMessageBytes: number;
}

export interface GatewayHttpServer {
  readonly port: number;
  readonly endpoint: string;
  /** Whether `/health` says that the gateway is up. */
  setHealthy(): void;
  close(): Promise<void>;
}

const sessionIdleMs = 1_800_000;
const maxSessions = 4000;

/** The gateway on a port of its own. @throws AppError `daemon.port_in_use`, `request.invalid` */
export async function startHttpServer(options: HttpServerOptions): Promise<GatewayHttpServer> {
  const { gateway, kind, clock, log, maxMessageBytes } = options;
  const endpoint = kind === 'sse' ? '/sse' : '/mcp';
  const shared = { gateway, clock, log, maxMessageBytes, maxSessions };
  const transport =
    kind === 'sse' ? createSseHttp({ ...shared, path: endpoint }) : createStreamableHttp({ ...shared, sessionIdleMs });
  let isHealthy = false;

  function allowOrigin(response: ServerResponse, origin: string | undefined): void {
    if (origin === undefined) return;
    response.setHeader('access-control-allow-origin', origin);
    response.setHeader('access-control-expose-headers', 'Mcp-Session-Id');
    response.setHeader('vary', 'Origin');
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '/').split('?')[0];
    if (path === '/health') {
      sendEmpty(response, isHealthy ? 200 : 503);
      return;
    }
    const verdict = judgeAccess(
      // A preflight request never carries a token.
      request.method === 'OPTIONS'
        ? { ...request.headers, authorization: `Bearer ${options.access.token ?? ''}` }
        : request.headers,
      { localAddress: request.socket.localAddress, access: options.access },
    );
    if (!verdict.allowed) {
      if (verdict.status === 401) response.setHeader('www-authenticate', 'Bearer realm="MCP Gateway"');
      sendText(response, verdict.status, verdict.text);
      return;
    }
    allowOrigin(response, verdict.origin);
    if (path !== endpoint) {
      sendRedirect(response, endpoint);
      return;
    }
    if (request.method === 'OPTIONS') {
      response
        .writeHead(204, {
          'access-control-allow-methods': 'GET, POST, DELETE',
          'access-control-allow-headers': request.headers['access-control-request-headers'] ?? '',
        })
        .end();
      return;
    }
    await transport.handle(request, response, { caller: 'token' });
  }

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log.error('a request failed', { error });
      if (response.headersSent) response.destroy();
      else sendText(response, 500, 'Internal Server Error');
    });
  });
  // A stream is open for as long as its client likes.
  server.requestTimeout = 0;
  server.timeout = 0;
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(listenFailed(error, options)));
    server.listen({ port: options.port, host: options.host }, () => resolve());
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    endpoint,
    setHealthy() {
      isHealthy = true;
    },
    async close() {
      isHealthy = false;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await transport.close();
      server.closeIdleConnections();
      server.closeAllConnections();
      await closed;
    },
  };
}

function listenFailed(error: Error, { host, port }: HttpServerOptions): AppError {
  const place = `${host ?? '*'}:${port}`;
  if (errorCodeOf(error) === 'EADDRINUSE') {
    return new AppError('daemon.port_in_use', `Something else listens on ${place}.`, {
      hint: 'Choose another port with --port.',
      params: { place, port },
      cause: error,
    });
  }
  return new AppError('request.invalid', `The gateway cannot listen on ${place}: ${error.message}`, {
    params: { place },
    cause: error,
  });
}
