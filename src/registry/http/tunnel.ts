import { once } from 'node:events';
import { request } from 'node:http';
import { isIP, type Socket } from 'node:net';
import { connectionError, unreachable } from './failures.ts';

export interface TunnelTarget {
  readonly host: string;
  readonly port: number;
}

/** Asks an HTTP proxy for a tunnel (RFC 9110, CONNECT) over an open connection to it. */
export function httpTunnel(socket: Socket, { proxy, target, signal }: TunnelOptions): Promise<Socket> {
  const authority = `${target.host}:${target.port}`;
  return new Promise((resolve, reject) => {
    const ask = request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...proxyAuthorization(proxy) },
      createConnection: () => socket,
      signal,
    });
    ask.once('connect', (response, tunnel: Socket, head) => {
      if (response.statusCode !== 200) {
        tunnel.destroy();
        reject(unreachable(target.host, 'proxy', { detail: `${proxy.host} answered ${response.statusCode}` }));
        return;
      }
      if (head.length > 0) tunnel.unshift(head);
      resolve(tunnel);
    });
    // A proxy that answers a CONNECT with a body still refuses.
    ask.once('response', (response) => {
      socket.destroy();
      reject(unreachable(target.host, 'proxy', { detail: `${proxy.host} answered ${response.statusCode}` }));
    });
    ask.once('error', (error) => {
      socket.destroy();
      reject(signal.aborted ? signal.reason : connectionError(proxy.host, error));
    });
    ask.end();
  });
}

export interface TunnelOptions {
  readonly proxy: URL;
  readonly target: TunnelTarget;
  readonly signal: AbortSignal;
}

export function proxyAuthorization(proxy: URL): Record<string, string> {
  if (proxy.username === '') return {};
  const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** Asks a SOCKS5 proxy for a connection (RFC 1928, RFC 1929). The proxy resolves names. */
export async function socksTunnel(socket: Socket, { proxy, target, signal }: TunnelOptions): Promise<Socket> {
  const refuse = (detail: string): Error => unreachable(target.host, 'proxy', { detail: `${proxy.host}: ${detail}` });
  const read = reader(socket, { signal, refuse });
  try {
    const withPassword = proxy.username !== '';
    socket.write(withPassword ? Uint8Array.of(5, 2, 0, 2) : Uint8Array.of(5, 1, 0));
    const [version, method] = await read(2);
    if (version !== 5 || method === 0xff) throw refuse('no way to log in that both sides know');
    if (method === 2) {
      const user = Buffer.from(decodeURIComponent(proxy.username));
      const password = Buffer.from(decodeURIComponent(proxy.password));
      socket.write(Buffer.concat([Uint8Array.of(1, user.length), user, Uint8Array.of(password.length), password]));
      const [, status] = await read(2);
      if (status !== 0) throw refuse('wrong user name or password');
    }
    socket.write(Buffer.concat([Uint8Array.of(5, 1, 0), socksAddress(target)]));
    const [, reply, , kind] = await read(4);
    if (reply !== 0) throw refuse(`refused with code ${reply}`);
    const length = kind === 1 ? 4 : kind === 4 ? 16 : ((await read(1))[0] ?? 0);
    await read(length + 2);
    return socket;
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function socksAddress({ host, port }: TunnelTarget): Buffer {
  const tail = Uint8Array.of(port >> 8, port & 255);
  if (isIP(host) === 4) return Buffer.concat([Uint8Array.of(1, ...host.split('.').map(Number)), tail]);
  const name = Buffer.from(host);
  return Buffer.concat([Uint8Array.of(3, name.length), name, tail]);
}

function reader(socket: Socket, { signal, refuse }: { signal: AbortSignal; refuse: (detail: string) => Error }) {
  return async (size: number): Promise<Buffer> => {
    for (;;) {
      const bytes: Buffer | null = size === 0 ? Buffer.alloc(0) : socket.read(size);
      if (bytes !== null && bytes.length === size) return bytes;
      if (socket.readableEnded || socket.destroyed) throw refuse('it closed the connection');
      await Promise.race([once(socket, 'readable', { signal }), once(socket, 'end', { signal })]);
    }
  };
}
