import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createUpstreams, type Upstreams } from './upstream.ts';

describe('connections to runners', () => {
  let folder: string;
  let server: Server;
  let upstreams: Upstreams;
  let connections: Socket[];
  let servedOn: Socket[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'gantry-upstream-'));
    connections = [];
    servedOn = [];
    // As llama-server: a stream's connection ends with it, and nothing in the head says so.
    server = createServer((request, response) => {
      servedOn.push(request.socket);
      const isStream = request.headers.accept === 'text/event-stream';
      response.writeHead(200, { 'content-type': isStream ? 'text/event-stream' : 'application/json' });
      response.end('data: x\n\n', () => {
        if (isStream) request.socket.end();
      });
    }).on('connection', (socket) => connections.push(socket));
    server.listen(join(folder, 's.sock'));
    await once(server, 'listening');
    upstreams = createUpstreams();
  });

  afterEach(async () => {
    upstreams.close();
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function ask(stream: boolean): Promise<string> {
    const call = {
      socket: join(folder, 's.sock'),
      path: '/v1/chat/completions',
      body: Buffer.from('{}'),
      stream,
      signals: [],
    };
    const answer = await upstreams.open(call);
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return text;
  }

  it('are shared by whole answers', async () => {
    expect([await ask(false), await ask(false)]).toEqual(['data: x\n\n', 'data: x\n\n']);
    expect(connections).toHaveLength(1);
  });

  it('are opened ahead for the next stream', async () => {
    expect(await ask(true)).toBe('data: x\n\n');
    await expect.poll(() => connections.length).toBe(2);
    expect(await ask(true)).toBe('data: x\n\n');
    expect(servedOn).toEqual(connections.slice(0, 2));
  });

  it('do not cost a request when the engine lets go of one that was opened ahead', async () => {
    await ask(true);
    await expect.poll(() => connections.length).toBe(2);
    connections[1]?.destroy();
    expect(await ask(true)).toBe('data: x\n\n');
  });

  it('are closed with the daemon', async () => {
    await ask(true);
    await expect.poll(() => connections.length).toBe(2);
    upstreams.close();
    await expect.poll(() => connections.every((socket) => socket.destroyed || socket.readableEnded)).toBe(true);
  });
});
