import { chmod, lstat, mkdir, readlink, rm, symlink } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { errorCodeOf, type Log, type Paths } from '#core';
import { passThrough, type Docker, type Place, type RequestHead } from '#docker';
import type { Listener } from './listeners.ts';

export interface DockerSocketOptions {
  readonly paths: Paths;
  readonly docker: Docker;
  /** `auto`, `off` or the absolute path of the link to make. */
  readonly setting: string;
  readonly log: Log;
}

const maxConnections = 1024;

/**
 * A socket that is the Engine's to every Docker client, and ours below `/exp/vDD4.40`. It lives in our own folder; where clients
 * look for it a link is put, which is ours to take away as long as it points to us.
 */
export async function listenForDocker({ paths, docker, setting, log }: DockerSocketOptions): Promise<Listener> {
  const engine: Place = { connect: () => docker.connect() };
  const api: Place = { connect: () => connectTo(paths.socket) };
  const placeOf = ({ path }: RequestHead): Place => (/^\/exp\/vDD4\.40(?:\/|$)/.test(path) ? api : engine);

  const clients = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (client) => {
    clients.add(client);
    client.once('close', () => clients.delete(client));
    void passThrough(client, { placeOf, log });
  });
  server.maxConnections = maxConnections;
  await rm(paths.dockerSocket, { force: true });
  const before = process.umask(0o177);
  try {
    server.listen(paths.dockerSocket);
  } finally {
    process.umask(before);
  }
  await once(server, 'listening');
  await chmod(paths.dockerSocket, 0o600);
  const link = linkPath(paths, setting);
  const linked = link !== undefined && (await putLink(link, { target: paths.dockerSocket, log }));

  let closed: Promise<void> | undefined;
  const stopAccepting = (): void => {
    closed ??= new Promise((resolve) => server.close(() => resolve()));
  };
  return {
    address: `unix://${linked ? link : paths.dockerSocket}`,
    stopAccepting,
    async close() {
      stopAccepting();
      for (const client of clients) client.destroy();
      await closed;
      if (linked) await takeLink(link, paths.dockerSocket);
    },
  };
}

/** Only the daemon of the usual home takes the well-known place without being told. */
function linkPath({ home, userHome, dockerConfig }: Paths, setting: string): string | undefined {
  if (setting !== 'auto') return setting;
  return home === join(userHome, '.gantry') ? join(dockerConfig, 'run/docker.sock') : undefined;
}

async function putLink(link: string, { target, log }: { target: string; log: Log }): Promise<boolean> {
  try {
    await mkdir(dirname(link), { recursive: true, mode: 0o700 });
    await takeLink(link, target);
    await symlink(target, link);
    return true;
  } catch (error) {
    if (errorCodeOf(error) === 'EEXIST') {
      log.warn('something else is at the place of the Docker socket; it is left alone', { path: link, socket: target });
    } else log.warn('the link to the Docker socket cannot be made', { path: link, socket: target, error });
    return false;
  }
}

/** A link that points to our socket is ours, whichever daemon left it. */
async function takeLink(link: string, target: string): Promise<void> {
  const facts = await lstat(link).catch(() => undefined);
  if (facts?.isSymbolicLink() && (await readlink(link)) === target) await rm(link, { force: true });
}

function connectTo(path: string): Promise<Socket> {
  const socket = connect({ path, allowHalfOpen: true });
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve(socket);
    });
  });
}
