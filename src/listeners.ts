import { chmod, lstat, mkdir, rm } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import type { TlsMaterial } from '#access';
import { AppError, errorCodeOf } from '#core';

/** A server that listens. `close` stops it and breaks what is still connected. */
export interface Listener {
  readonly address: string;
  /** Takes no new connection; those there are go on. */
  stopAccepting(): void;
  close(): Promise<void>;
}

/** Makes a folder that only its owner can enter; one that somebody else prepared is refused. */
export async function ensurePrivateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const facts = await lstat(path);
  const own = process.getuid?.();
  if (!facts.isDirectory() || (own !== undefined && facts.uid !== own)) {
    throw new AppError('daemon.start_failed', `${path} is not a folder of this user.`, {
      hint: 'Remove it, or set GANTRY_HOME to a folder of your own.',
      params: { path },
    });
  }
  if ((facts.mode & 0o777) !== 0o700) await chmod(path, 0o700);
}

/** Listens on a unix socket that only its owner can use. The caller holds the lock, so a file already there is a dead daemon's. */
export async function listenOnSocket(path: string, listener: RequestListener): Promise<Listener> {
  await ensurePrivateFolder(dirname(path));
  await rm(path, { force: true });
  const server = createServer(listener);
  const before = process.umask(0o177);
  try {
    // The file is made within this call.
    await listening(server, () => server.listen(path));
  } finally {
    process.umask(before);
  }
  await chmod(path, 0o600);
  return toListener(server, `unix://${path}`);
}

/**
 * Listens on a unix socket that is put into a container: whoever is in there may use it. On this machine nobody gets to it,
 * since the folder above is its owner's alone.
 */
export async function listenForRelay(path: string, listener: RequestListener): Promise<Listener> {
  await mkdir(dirname(path), { recursive: true });
  await chmod(dirname(path), 0o755);
  await rm(path, { force: true });
  const server = createServer(listener);
  await listening(server, () => server.listen(path));
  await chmod(path, 0o666);
  return toListener(server, `unix://${path}`);
}

/** Listens on an address that the caller has judged. @throws AppError `daemon.port_in_use`, `daemon.start_failed` */
export async function listenOnAddress(
  { host, port }: { host: string; port: number },
  listener: RequestListener,
): Promise<Listener> {
  const server = createServer(listener);
  try {
    await listening(server, () => server.listen({ host, port, exclusive: true }));
  } catch (cause) {
    throw listenError(cause, { host, port });
  }
  const { port: actual } = server.address() as AddressInfo;
  return toListener(server, `http://${inUrl(host)}:${actual}`);
}

export interface TlsListener extends Listener {
  /** For the connections to come. */
  useCertificate(material: TlsMaterial): void;
}

/** The same with TLS. @throws AppError `daemon.port_in_use`, `daemon.start_failed` */
export async function listenWithTls(
  { host, port, material }: { host: string; port: number; material: TlsMaterial },
  listener: RequestListener,
): Promise<TlsListener> {
  const minVersion = 'TLSv1.2';
  const server = createTlsServer({ ...material, minVersion }, listener);
  try {
    await listening(server, () => server.listen({ host, port, exclusive: true }));
  } catch (cause) {
    throw listenError(cause, { host, port });
  }
  return {
    ...toListener(server, `https://${inUrl(host)}:${port}`),
    useCertificate: (next) => server.setSecureContext({ ...next, minVersion }),
  };
}

function inUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}

function listening(server: Server | TlsServer, listen: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('listening', () => {
      server.off('error', reject);
      resolve();
    });
    listen();
  });
}

function listenError(cause: unknown, { host, port }: { host: string; port: number }): AppError {
  const code = errorCodeOf(cause);
  const params = { host, port };
  if (code === 'EADDRINUSE') {
    return new AppError('daemon.port_in_use', `Port ${port} on ${host} is in use by another program.`, {
      hint: 'Set server.port in the settings or GANTRY_PORT to another port, or to 0 to use only the unix socket.',
      params,
      cause,
    });
  }
  const reason = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new AppError('daemon.start_failed', `Cannot listen on ${host}:${port}: ${reason}.`, {
    hint: 'Set server.host and server.port in the settings to an address of this machine.',
    params: { ...params, reason },
    cause,
  });
}

function toListener(server: Server | TlsServer, address: string): Listener {
  let closed: Promise<void> | undefined;
  const stopAccepting = (): void => {
    closed ??= new Promise((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
  };
  return {
    address,
    stopAccepting,
    async close() {
      stopAccepting();
      server.closeAllConnections();
      await closed;
    },
  };
}
