import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import type { Clock } from '#core';

const pollMs = 200;

export interface WatchDeps {
  readonly clock: Clock;
  /** The system's list of unix sockets, `/proc/net/unix`. */
  readonly listSockets?: (() => Promise<string>) | undefined;
}

/**
 * Docker keeps this socket open as long as the command is wanted, and closes it to cancel where no terminal passes Ctrl-C on
 * (contract model-runner §1.1). A name that begins with `@` is in Linux's abstract namespace. The result stops watching.
 */
export function watchPluginSocket(name: string, onCancel: () => void, deps: WatchDeps): () => void {
  return name.startsWith('@') ? watchListed(name, onCancel, deps) : watchConnection(name, onCancel);
}

function watchConnection(path: string, onCancel: () => void): () => void {
  const socket = connect(path);
  let connected = false;
  let watching = true;
  socket.once('connect', () => {
    connected = true;
  });
  // A docker that offers none, or an older one, cancels by signals.
  socket.on('error', () => {});
  socket.once('close', () => {
    if (connected && watching) onCancel();
  });
  socket.resume();
  socket.unref();
  return () => {
    watching = false;
    socket.destroy();
  };
}

/** Node.js fills an abstract name up with zeros, so Docker's cannot be connected to; whether it is there can be seen. */
function watchListed(
  name: string,
  onCancel: () => void,
  { clock, listSockets = () => readFile('/proc/net/unix', 'utf8') }: WatchDeps,
): () => void {
  let seen = false;
  let watching = true;
  let cancelTimer = (): void => {};
  const look = async (): Promise<void> => {
    // Where the system has no such list, Docker cancels by signals.
    const list = await listSockets().catch(() => undefined);
    if (!watching || list === undefined) return;
    const listed = list.split('\n').some((line) => line.endsWith(` ${name}`));
    if (seen && !listed) return onCancel();
    seen = listed;
    cancelTimer = clock.schedule(pollMs, () => void look());
  };
  void look();
  return () => {
    watching = false;
    cancelTimer();
  };
}
