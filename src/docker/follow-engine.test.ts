import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { silentLog } from '#core';
import { createManualClock, type ManualClock } from '#testing';
import { createDocker } from './create-docker.ts';
import { followEngine } from './follow-engine.ts';

let folder: string;
let socket: string;
let clock: ManualClock;
const leaving = new AbortController();
/** Answers under way of the Engine that runs, and what it was asked. */
let engine: { readonly server: Server; readonly streams: ServerResponse[] } | undefined;
const asked: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gantry-follow-'));
  socket = join(folder, 'engine.sock');
  clock = createManualClock();
});
afterEach(async () => {
  leaving.abort();
  await stopEngine();
  await rm(folder, { recursive: true, force: true });
});

/** An Engine on a real socket, with a version of its API. */
async function startEngine(apiVersion: string): Promise<void> {
  const streams: ServerResponse[] = [];
  const server = createServer(({ url = '' }, response) => {
    asked.push(url.replace(/\?.*/, ''));
    response.writeHead(200, { 'content-type': 'application/json' });
    if (url.startsWith('/version')) {
      response.end(JSON.stringify({ Version: '1', ApiVersion: apiVersion, Os: 'linux', Arch: 'amd64' }));
      return;
    }
    response.flushHeaders();
    streams.push(response);
  }).listen(socket);
  await once(server, 'listening');
  engine = { server, streams };
}

async function stopEngine(): Promise<void> {
  const { server } = engine ?? {};
  engine = undefined;
  server?.closeAllConnections();
  await new Promise<void>((resolve) => (server ? server.close(() => resolve()) : resolve()));
}

it('tells when an Engine comes up, what happens on it, and that it came back, perhaps as another version', async () => {
  const docker = createDocker({
    env: { DOCKER_HOST: `unix://${socket}` },
    userHome: folder,
    dockerConfig: folder,
    ownSocket: join(folder, 'own.sock'),
    log: silentLog,
  });
  const followed = followEngine(docker, { clock, signal: leaving.signal, filters: { type: ['network'] } });
  const event = { Type: 'network', Action: 'create', Actor: { ID: 'n1', Attributes: { name: 'app' } } };

  // There is none at first; the next try finds it.
  const first = followed.next();
  await new Promise((resolve) => setImmediate(resolve));
  await startEngine('1.41');
  await untilWaiting();
  expect((await first).value).toEqual({ type: 'up' });
  engine?.streams[0]?.write(`${JSON.stringify(event)}\n`);
  expect((await followed.next()).value).toMatchObject({ type: 'event', kind: 'network', action: 'create', id: 'n1' });

  const back = followed.next();
  await stopEngine();
  await startEngine('1.44');
  await untilWaiting();
  expect((await back).value).toEqual({ type: 'up' });
  expect(asked.filter((path) => path.endsWith('/events'))).toEqual(['/v1.41/events', '/v1.44/events']);

  const end = followed.next();
  leaving.abort();
  expect((await end).done).toBe(true);
});

/** Time goes on until the Engine is asked for its events. */
async function untilWaiting(): Promise<void> {
  while (engine?.streams.length === 0) {
    clock.advance(5000);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
