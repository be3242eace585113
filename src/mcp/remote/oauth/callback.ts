import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { AppError, errorCodeOf } from '#core';

export interface CallbackOptions {
  /** 0 for any that is free. */
  readonly port: number;
  readonly state: string;
  /** What the person reads in the browser. */
  readonly texts: { readonly title: string; readonly done: string; readonly failed: string };
}

/** Waits on this machine for the browser to come back from the authorization server (RFC 8252 §7.3). */
export interface Callback extends AsyncDisposable {
  readonly redirectUrl: string;
  /** What it came back with. Calls that do not carry our state are answered and otherwise ignored. */
  received(options: { readonly signal: AbortSignal }): Promise<URLSearchParams>;
  /** The same for an address that the person copied from a browser on another machine. */
  paste(address: string): void;
}

const path = '/callback';

/** @throws AppError `daemon.port_in_use` */
export async function listenForCallback(options: CallbackOptions): Promise<Callback> {
  const server = createServer({ maxHeaderSize: 16_384, requestTimeout: 10_000 });
  let settle: (parameters: URLSearchParams) => void = () => undefined;
  const arrival = new Promise<URLSearchParams>((resolve) => {
    settle = resolve;
  });
  const port = await listen(server, options.port);
  const redirectUrl = `http://127.0.0.1:${port}${path}`;
  server.on('request', (request, response) => {
    const url = new URL(request.url ?? '/', redirectUrl);
    if (request.method !== 'GET' || url.pathname !== path) return answer(response, 404, options.texts.title);
    if (!isOurs(url.searchParams, options.state)) return answer(response, 400, options.texts.failed);
    answer(response, 200, url.searchParams.has('error') ? options.texts.failed : options.texts.done);
    settle(url.searchParams);
  });
  return {
    redirectUrl,
    received: async ({ signal }) =>
      await new Promise((resolve, reject) => {
        const abort = (): void => reject(signal.reason);
        if (signal.aborted) abort();
        signal.addEventListener('abort', abort, { once: true });
        void arrival.then((parameters) => {
          signal.removeEventListener('abort', abort);
          resolve(parameters);
        });
      }),
    paste(address) {
      const parameters = URL.canParse(address.trim()) ? new URL(address.trim()).searchParams : new URLSearchParams();
      if (isOurs(parameters, options.state)) {
        settle(parameters);
        return;
      }
      throw new AppError(
        'request.invalid',
        'This is not the address that the browser was sent to for this authorization.',
        {
          hint: `Copy the whole address, which begins with ${redirectUrl}`,
          params: { reason: 'oauth_callback', url: redirectUrl },
        },
      );
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function isOurs(parameters: URLSearchParams, state: string): boolean {
  const given = Buffer.from(parameters.get('state') ?? '');
  const wanted = Buffer.from(state);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function listen(server: Server, port: number): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(portTaken(error, port)));
    server.listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new AppError('internal', 'No port was given to listen on.');
  return address.port;
}

function portTaken(error: Error, port: number): Error {
  if (errorCodeOf(error) !== 'EADDRINUSE') return error;
  return new AppError('daemon.port_in_use', `Port ${port} on this machine is in use.`, {
    hint: 'End what uses it, or name another port with MCP_GATEWAY_OAUTH_PORT.',
    params: { port },
    cause: error,
  });
}

// Nothing of the request is repeated in the page.
function answer(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'",
    'cache-control': 'no-store',
    connection: 'close',
  });
  response.end(
    `<!doctype html><meta charset="utf-8"><title>Gantry</title><body style="font:18px system-ui;margin:20vh auto;max-width:32em;text-align:center">${text}`,
  );
}
