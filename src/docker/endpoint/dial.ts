import { spawn } from 'node:child_process';
import { connect as connectSocket, type NetConnectOpts } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { Cancel, EngineRoute } from '../types.ts';

/** Opens a connection; both its halves close on their own, so that end of input can be told without ending output. */
export async function dial(route: EngineRoute, { signal }: Cancel = {}): Promise<Duplex> {
  signal?.throwIfAborted();
  if (route.kind === 'command') return dialCommand(route);
  const socket = route.kind === 'unix' ? connectSocket({ path: route.path, allowHalfOpen: true }) : dialTcp(route);
  const ready = route.kind === 'tcp' && route.tls ? 'secureConnect' : 'connect';
  return await new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      socket.off('error', settle);
      signal?.removeEventListener('abort', onAbort);
      if (error === undefined) resolve(socket);
      else {
        socket.on('error', () => undefined).destroy();
        reject(error);
      }
    };
    const onAbort = (): void => settle(signal?.reason instanceof Error ? signal.reason : new Error('aborted'));
    socket.once('error', settle).once(ready, () => settle());
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}

function dialTcp({ host, port, tls }: Extract<EngineRoute, { kind: 'tcp' }>): Duplex {
  const address: NetConnectOpts = { host, port, allowHalfOpen: true, noDelay: true };
  if (!tls) return connectSocket(address);
  const { ca, cert, key, verify } = tls;
  return connectTls({
    ...address,
    servername: /^[\d.]+$|:/.test(host) ? '' : host,
    rejectUnauthorized: verify,
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(key === undefined ? {} : { key }),
  });
}

function dialCommand({ program, args }: Extract<EngineRoute, { kind: 'command' }>): Duplex {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const stream = Duplex.from({ readable: child.stdout, writable: child.stdin });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-500);
  });
  child.once('error', (error) => stream.destroy(error));
  child.once('exit', (code) => {
    if (code !== 0 && code !== null) stream.destroy(new Error(said.trim() || `${program} ended with ${code}`));
  });
  stream.once('close', () => child.kill());
  return stream;
}
