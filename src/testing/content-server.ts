import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A real HTTP server on a free loopback port, and what it was asked. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly requests: readonly IncomingMessage[];
  readonly connections: () => number;
}

export async function serve(listener: RequestListener, { host = '127.0.0.1' } = {}): Promise<TestServer> {
  const requests: IncomingMessage[] = [];
  let connections = 0;
  const server: Server = createServer((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${host}:${port}`,
    port,
    requests,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export interface RangeAnswer {
  readonly start: number;
  /** Not included. */
  readonly end: number;
}

/** Answers a GET for `content` as static file servers do, with ranges. Returns the part it sent. */
export function sendRange(
  request: IncomingMessage,
  response: ServerResponse,
  {
    content,
    etag,
    send = (part) => response.end(part),
  }: { content: Buffer; etag?: string; send?: (part: Buffer, range: RangeAnswer) => void },
): void {
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = match ? Number(match[1]) : 0;
  const end = match?.[2] ? Math.min(Number(match[2]) + 1, content.length) : content.length;
  if (etag !== undefined) response.setHeader('etag', etag);
  response.setHeader('content-length', end - start);
  if (match) response.setHeader('content-range', `bytes ${start}-${end - 1}/${content.length}`);
  response.writeHead(match ? 206 : 200);
  send(content.subarray(start, end), { start, end });
}
