import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type NetConnectOpts, type Server, type Socket } from 'node:net';

/** Stands between two that talk and lets their bytes through, or does not. */
export interface Gate extends AsyncDisposable {
  /** Of a gate that listens on TCP. */
  readonly port: number;
  /** Ends all connections; nobody gets in. */
  close(): Promise<void>;
  open(): Promise<void>;
  /** Where those get who come from now on; whoever is there is sent away. */
  lead(elsewhere: NetConnectOpts): Promise<void>;
  /** Lets no answer through until `release`. */
  hold(): void;
  release(): void;
}

interface Pair {
  readonly inside: Socket;
  readonly outside: Socket;
}

/** Listens at a socket's path, or, without one, at a free port of this machine. */
export async function openGate(first: NetConnectOpts, socketPath?: string): Promise<Gate> {
  let to = first;
  const pairs = new Set<Pair>();
  let isHeld = false;
  const pass = ({ inside, outside }: Pair): void => {
    if (!isHeld) inside.pipe(outside);
    else inside.unpipe(outside).pause();
  };
  const server: Server = createServer((outside) => {
    const inside = connect(to);
    const pair = { inside, outside };
    pairs.add(pair);
    for (const one of [inside, outside]) {
      one.on('error', () => undefined);
      one.on('close', () => {
        pairs.delete(pair);
        inside.destroy();
        outside.destroy();
      });
    }
    outside.pipe(inside);
    pass(pair);
  });
  let port = 0;
  const gate: Gate = {
    get port() {
      return port;
    },
    async open() {
      if (socketPath === undefined) server.listen(port, '127.0.0.1');
      else server.listen(socketPath);
      await once(server, 'listening');
      if (socketPath === undefined) ({ port } = server.address() as AddressInfo);
    },
    async close() {
      if (!server.listening) return;
      server.close();
      for (const { inside, outside } of pairs) for (const one of [inside, outside]) one.destroy();
      await once(server, 'close');
      if (socketPath !== undefined) await rm(socketPath, { force: true });
    },
    async lead(elsewhere) {
      await gate.close();
      to = elsewhere;
      await gate.open();
    },
    hold() {
      isHeld = true;
      for (const pair of pairs) pass(pair);
    },
    release() {
      isHeld = false;
      for (const pair of pairs) pass(pair);
    },
    [Symbol.asyncDispose]: () => gate.close(),
  };
  await gate.open();
  return gate;
}
