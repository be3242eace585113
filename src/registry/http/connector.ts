import type { LookupFunction, Socket } from 'node:net';
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls';
import { isIP } from 'node:net';
import type { buildConnector } from 'undici';
import type { Clock } from '#core';
import type { AddressScope } from '../types.ts';
import { dial } from './dial.ts';
import { connectionError, unreachable } from './failures.ts';
import { httpTunnel, socksTunnel } from './tunnel.ts';

export interface ConnectorOptions {
  readonly clock: Clock;
  readonly connectMs: number;
  /** The proxy all connections go through. */
  readonly proxy: URL | undefined;
  readonly ledFrom: AddressScope | undefined;
  readonly secureContext: SecureContext;
  readonly verifyPeer: boolean;
  readonly lookup?: LookupFunction | undefined;
  readonly scopeOf?: ((address: string) => AddressScope) | undefined;
  /** Tells which address a new connection really reached; not called for connections through a proxy. */
  readonly onConnected: (origin: string, address: string) => void;
  /** Aborts attempts still under way. */
  readonly signal: AbortSignal;
}

/** undici's connector: dials, tunnels and secures within one time limit over everything. */
export function createConnector(options: ConnectorOptions): buildConnector.connector {
  return (target, callback) => {
    const attempt = new AbortController();
    const stop = (): void => attempt.abort(options.signal.reason);
    options.signal.addEventListener('abort', stop, { once: true });
    const cancelTimer = options.clock.schedule(options.connectMs, () =>
      attempt.abort(unreachable(target.hostname, 'timeout')),
    );
    const settled = (): void => {
      cancelTimer();
      options.signal.removeEventListener('abort', stop);
    };
    connect(target, options, attempt.signal).then(
      (socket) => {
        settled();
        callback(null, socket);
      },
      (error: unknown) => {
        settled();
        callback(error instanceof Error ? error : new Error(String(error)), null);
      },
    );
  };
}

async function connect(
  target: buildConnector.Options,
  options: ConnectorOptions,
  signal: AbortSignal,
): Promise<Socket | TLSSocket> {
  const isSecure = target.protocol === 'https:';
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const port = Number(target.port) || (isSecure ? 443 : 80);
  const { proxy, ledFrom, lookup, scopeOf } = options;
  // Plain http through an http proxy arrives here with the proxy itself as the target.
  const viaProxy = proxy !== undefined && (isSecure || proxy.protocol.startsWith('socks'));
  let socket: Socket;
  if (viaProxy) {
    socket = await throughProxy(proxy, { target: { host, port }, options, signal });
  } else {
    const rules = { ledFrom: proxy === undefined ? ledFrom : undefined, lookup, scopeOf };
    socket = await dial({ host, port }, rules, signal);
  }
  const secured = isSecure ? await secure(socket, { host: target.servername ?? host, options, signal }) : socket;
  if (proxy === undefined && socket.remoteAddress !== undefined) {
    options.onConnected(`${target.protocol}//${target.host ?? host}`, socket.remoteAddress);
  }
  return secured;
}

const defaultPorts: Readonly<Record<string, number>> = { 'https:': 443, 'http:': 80 };

async function throughProxy(
  proxy: URL,
  {
    target,
    options,
    signal,
  }: { target: { host: string; port: number }; options: ConnectorOptions; signal: AbortSignal },
): Promise<Socket> {
  const port = Number(proxy.port) || (defaultPorts[proxy.protocol] ?? 1080);
  const rules = { ledFrom: undefined, lookup: options.lookup };
  const socket = await dial({ host: proxy.hostname, port }, rules, signal);
  if (proxy.protocol.startsWith('socks')) return socksTunnel(socket, { proxy, target, signal });
  const link = proxy.protocol === 'https:' ? await secure(socket, { host: proxy.hostname, options, signal }) : socket;
  return httpTunnel(link, { proxy, target, signal });
}

function secure(
  socket: Socket,
  { host, options, signal }: { host: string; options: ConnectorOptions; signal: AbortSignal },
): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const secured = connectTls({
      socket,
      host,
      servername: isIP(host) === 0 ? host : '',
      secureContext: options.secureContext,
      rejectUnauthorized: options.verifyPeer,
      ALPNProtocols: ['http/1.1'],
    });
    const stop = (): void => void secured.destroy(signal.reason);
    signal.addEventListener('abort', stop, { once: true });
    const onError = (error: Error): void => {
      signal.removeEventListener('abort', stop);
      socket.destroy();
      reject(signal.aborted ? signal.reason : connectionError(host, error));
    };
    secured.once('error', onError);
    secured.once('secureConnect', () => {
      signal.removeEventListener('abort', stop);
      secured.off('error', onError);
      resolve(secured);
    });
  });
}
