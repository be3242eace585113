// A process of its own: asks one path over kept-alive connections for a while, one request at a time on each, and prints
// how long each took. Raw sockets, so that the client takes as little of the shared cores as it can.
import { connect, type Socket } from 'node:net';

const [port = '', path = '', connections = '', durationMs = ''] = process.argv.slice(2);
const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
const headEnd = Buffer.from('\r\n\r\n');
const warmUpMs = 500;

const latencies: number[] = [];
const startedAt = performance.now();
const countFrom = startedAt + warmUpMs;
const end = countFrom + Math.min(30_000, Number(durationMs));

function ask(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let askedAt = 0;
    let missing = 0;
    let head: Buffer = Buffer.alloc(0);
    const next = (): void => {
      askedAt = performance.now();
      if (askedAt >= end) {
        socket.destroy();
        resolve();
      } else socket.write(request);
    };
    socket.on('data', (chunk: Buffer) => {
      let body = chunk.length;
      if (missing === 0) {
        head = head.length === 0 ? chunk : Buffer.concat([head, chunk]);
        const at = head.indexOf(headEnd);
        if (at === -1) return;
        const text = head.toString('latin1', 0, at);
        const length = Number(/^content-length: (\d+)/im.exec(text)?.[1]);
        if (!text.startsWith('HTTP/1.1 200') || Number.isNaN(length)) reject(new Error(text));
        missing = length;
        body = head.length - at - headEnd.length;
        head = Buffer.alloc(0);
      }
      missing -= body;
      if (missing > 0) return;
      const now = performance.now();
      if (askedAt >= countFrom) latencies.push(now - askedAt);
      next();
    });
    socket.once('error', reject);
    socket.once('connect', next);
  });
}

await Promise.all(
  Array.from({ length: Math.min(64, Number(connections)) }, () => ask(connect(Number(port), '127.0.0.1'))),
);
process.stdout.write(JSON.stringify({ latencies, seconds: (performance.now() - countFrom) / 1000 }));
