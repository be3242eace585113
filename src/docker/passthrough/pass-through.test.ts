import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AppError, deferred, silentLog } from '#core';
import { passThrough, type Place } from './pass-through.ts';

const answer = (body: string): string => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

describe('passing requests through', () => {
  let folder: string;
  const servers: Server[] = [];

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'gantry-pass-'));
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  async function serveAt(name: string, onSocket: (socket: Socket) => void): Promise<Place> {
    const path = join(folder, name);
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      onSocket(socket);
    }).listen(path);
    servers.push(server);
    await once(server, 'listening');
    return { connect: () => dial(path) };
  }

  async function dial(path: string): Promise<Socket> {
    const socket = connect({ path, allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  }

  /** A client of a proxy that sends `/exp/` to one place and the rest to another. */
  async function clientOf(engine: Place, api: Place = engine): Promise<Socket> {
    await serveAt('front', (client) => {
      void passThrough(client, {
        placeOf: ({ path }) => (path.startsWith('/exp/') ? api : engine),
        log: silentLog,
      });
    });
    return await dial(join(folder, 'front'));
  }

  /** Says what it got after the client has ended, and ends. */
  const echo = (socket: Socket): void => {
    let got = '';
    socket.on('data', (bytes: Buffer) => (got += bytes.toString())).on('end', () => socket.end(`got:${got}`));
  };

  it('changes no byte, in either direction', async () => {
    const sent =
      'POST /build HTTP/1.1\r\nhost:  x\r\nX-Odd:\tcase \r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nTrailer: yes\r\n\r\n';
    const client = await clientOf(await serveAt('engine', echo));
    client.end(sent);
    expect(await text(client)).toBe(`got:${sent}`);
  });

  it('carries output on after the end of input', async () => {
    const client = await clientOf(await serveAt('engine', echo));
    const sent =
      'POST /containers/x/attach HTTP/1.1\r\nUpgrade: tcp\r\n\r\nwords on standard input\nGET /exp/ HTTP/1.1\r\n\r\n';
    client.end(sent);
    expect(await text(client)).toBe(`got:${sent}`);
  });

  it('sends each request of one connection where it belongs, answers in their order', async () => {
    const place = (name: string): Promise<Place> =>
      serveAt(name, (socket) => {
        socket.on('data', (bytes: Buffer) => {
          for (const [, path] of bytes.toString().matchAll(/GET (\S+)/g)) socket.write(answer(`${name}:${path};`));
        });
        socket.on('end', () => socket.end());
      });
    const client = await clientOf(await place('engine'), await place('api'));
    client.end(['/a', '/exp/b', '/exp/c', '/d'].map((path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`).join(''));
    const said = (await text(client)).match(/(?:engine|api):[^;]*/g);
    expect(said).toEqual(['engine:/a', 'api:/exp/b', 'api:/exp/c', 'engine:/d']);
  });

  it('does not read on when the other side does not', async () => {
    let engine: Socket | undefined;
    const client = await clientOf(
      await serveAt('engine', (socket) => {
        engine = socket.pause();
      }),
    );
    client.write('POST /build HTTP/1.1\r\nContent-Length: 100000000\r\n\r\n');
    let written = 0;
    while (client.write(Buffer.alloc(65_536)) && written < 1000) written += 1;
    await new Promise((resolve) => setImmediate(resolve));
    expect(written).toBeLessThan(1000);
    client.destroy();
    engine?.destroy();
  });

  it('takes a client’s leaving to the other side', async () => {
    const gone = deferred<void>();
    const client = await clientOf(
      await serveAt('engine', (socket) => {
        socket
          .on('data', () => socket.write('HTTP/1.1 200 OK\r\n\r\nlogs…'))
          .on('end', () => {
            socket.end();
            gone.resolve();
          });
      }),
    );
    client.write('GET /containers/x/logs?follow=1 HTTP/1.1\r\n\r\n');
    await once(client, 'data');
    client.destroy();
    await gone.promise;
  });

  it('ends the client when the Engine ends', async () => {
    const client = await clientOf(await serveAt('engine', (socket) => socket.end(answer('bye'))));
    client.write('GET /_ping HTTP/1.1\r\n\r\n');
    expect(await text(client)).toBe(answer('bye'));
    client.end();
  });

  it('says in the Engine’s own form that there is none', async () => {
    const nowhere: Place = {
      connect: () => Promise.reject<Duplex>(new AppError('docker.unavailable', 'No Docker Engine answers.')),
    };
    const client = await clientOf(nowhere);
    client.end('GET /_ping HTTP/1.1\r\n\r\n');
    const said = await text(client);
    expect(said).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nContent-Type: application\/json\r\n/);
    expect(said).toContain('{"message":"No Docker Engine answers."}');
  });

  it.each(['\u0000\u0001\u0002\r\n\r\n', 'GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n', `GET /${'a'.repeat(70_000)}`])(
    'refuses what is no request, and asks nobody: %#',
    async (sent) => {
      const asked: unknown[] = [];
      const client = await clientOf(await serveAt('engine', (socket) => asked.push(socket)));
      client.end(sent);
      expect(await text(client)).toMatch(/^HTTP\/1\.1 400 /);
      expect(asked).toEqual([]);
    },
  );
});
