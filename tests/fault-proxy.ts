import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Fault = 'none' | 'corrupt' | 'truncate' | 'unauthorized' | 'missing' | 'rate-limited' | 'stall';

/** A registry's front door that can misbehave on blobs, and counts the blob bytes it hands out. */
export interface FaultProxy extends AsyncDisposable {
  readonly address: string;
  fault: Fault;
  blobBytes: number;
  /** Bytes per second a blob connection gets; 0 is unlimited. */
  bytesPerSecond: number;
  /** Resolves when blob bytes have begun to flow since the last call. */
  blobStarted(): Promise<void>;
}

const blobPath = /\/blobs\/sha256:/;
// Configs are small blobs; faults are meant for weights.
const smallBlobBytes = 100_000;

export async function startFaultProxy(registry: string): Promise<FaultProxy> {
  const upstream = new URL(`http://${registry}`);
  let onStart: (() => void) | undefined;

  const server = createServer((incoming, outgoing) => {
    const isBlob = incoming.method === 'GET' && blobPath.test(incoming.url ?? '');
    const status = { unauthorized: 401, missing: 404, 'rate-limited': 429 }[proxy.fault as string];
    if (isBlob && status !== undefined) {
      outgoing.writeHead(status, status === 429 ? { 'retry-after': '1' } : {}).end();
      return;
    }
    const sent = request(
      {
        host: upstream.hostname,
        port: upstream.port,
        method: incoming.method,
        path: incoming.url,
        headers: incoming.headers,
      },
      (answer) => {
        const length = Number(answer.headers['content-length'] ?? 0);
        if (isBlob && length > smallBlobBytes) void passBlob(answer, outgoing).catch(() => outgoing.destroy());
        else {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        }
      },
    );
    sent.on('error', () => outgoing.destroy());
    outgoing.on('close', () => sent.destroy());
    incoming.pipe(sent);
  });

  async function passBlob(answer: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    const length = Number(answer.headers['content-length'] ?? 0);
    let passed = 0;
    for await (const data of answer) {
      let chunk = data as Buffer;
      if (proxy.fault === 'corrupt' && passed === 0) {
        chunk = Buffer.from(chunk);
        chunk[0] = (chunk[0] ?? 0) ^ 0xff;
      }
      if (proxy.fault === 'truncate' && passed > length / 2) {
        outgoing.destroy();
        return;
      }
      if (proxy.fault === 'stall' && passed > length / 2) {
        await once(outgoing, 'close');
        return;
      }
      if (proxy.bytesPerSecond > 0)
        await new Promise((resolve) => setTimeout(resolve, (chunk.length / proxy.bytesPerSecond) * 1000));
      passed += chunk.length;
      proxy.blobBytes += chunk.length;
      onStart?.();
      if (!outgoing.write(chunk)) await once(outgoing, 'drain');
    }
    outgoing.end();
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const proxy: FaultProxy = {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    fault: 'none',
    blobBytes: 0,
    bytesPerSecond: 0,
    blobStarted: () =>
      new Promise((resolve) => {
        onStart = resolve;
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return proxy;
}
