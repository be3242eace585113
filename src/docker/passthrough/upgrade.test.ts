import { once } from 'node:events';
import {
  connect as connectHttp2,
  performServerHandshake,
  type ClientHttp2Session,
  type Http2Session,
} from 'node:http2';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deferred, silentLog } from '#core';
import { passThrough, type Place } from './pass-through.ts';

/** `docker build` with BuildKit takes connections over for HTTP/2: on `/grpc` it asks, on `/session` the Engine asks back. */
describe('connections that become HTTP/2', () => {
  let folder: string;
  const servers: Server[] = [];
  const sessions: Http2Session[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-upgrade-'));
  });
  afterEach(async () => {
    for (const session of sessions.splice(0)) session.destroy();
    for (const server of servers.splice(0)) server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function serveAt(name: string, onSocket: (socket: Socket) => void): Promise<Place> {
    const path = join(folder, name);
    const server = createServer({ allowHalfOpen: true }, onSocket).listen(path);
    servers.push(server);
    await once(server, 'listening');
    return { connect: () => dial(path) };
  }

  async function dial(path: string): Promise<Socket> {
    const socket = connect({ path, allowHalfOpen: true });
    await once(socket, 'connect');
    return socket;
  }

  /** Both ends of a connection through us that was taken over as Docker's client does it. */
  async function upgraded(path: string): Promise<{ client: Socket; engine: Socket }> {
    const taken = deferred<Socket>();
    const place = await serveAt('engine', (socket) => {
      socket.once('data', (head: Buffer) => {
        expect(head.toString()).toContain(`POST ${path} HTTP/1.1\r\n`);
        socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n');
        taken.resolve(socket);
      });
    });
    await serveAt('front', (client) => void passThrough(client, { placeOf: () => place, log: silentLog }));
    const client = await dial(join(folder, 'front'));
    client.write(`POST ${path} HTTP/1.1\r\nHost: docker\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`);
    const [head] = (await once(client, 'data')) as [Buffer];
    expect(head.toString()).toMatch(/^HTTP\/1\.1 101 .*\r\n\r\n$/s);
    return { client, engine: await taken.promise };
  }

  /** Serves HTTP/2 on one end: says what it got, with its length. */
  function serve(socket: Socket): void {
    const session = performServerHandshake(socket);
    sessions.push(session);
    session.on('stream', (stream) => {
      void buffer(stream).then((got) => {
        stream.respond({ ':status': 200 });
        stream.end(`${got.length}:${got.toString('utf8', 0, 5)}`);
      });
    });
  }

  function askOn(socket: Socket): ClientHttp2Session {
    const session = connectHttp2('http://docker', { createConnection: () => socket });
    sessions.push(session);
    return session;
  }

  async function post(session: ClientHttp2Session, body: Buffer | string): Promise<string> {
    const stream = session.request({ ':method': 'POST', ':path': '/moby.buildkit.v1.Control/Solve' });
    stream.end(body);
    return await text(stream);
  }

  it.each([
    ['/grpc', 'the client asks'],
    ['/v1.41/session', 'the Engine asks'],
  ])('carry calls side by side, a large one too, on %s where %s', async (path) => {
    const { client, engine } = await upgraded(path);
    const [server, asking] = path === '/grpc' ? [engine, client] : [client, engine];
    serve(server);
    const session = askOn(asking);
    const large = Buffer.alloc(3_000_000, 'large');
    const answers = await Promise.all([post(session, 'first'), post(session, large), post(session, 'third')]);
    expect(answers).toEqual(['5:first', '3000000:large', '5:third']);
    // After all is said the ends close, and nothing of ours stays between them.
    const closed = Promise.all([once(client, 'close'), once(engine, 'close')]);
    session.close();
    await closed;
  });
});
