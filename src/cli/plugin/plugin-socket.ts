import { connect } from 'node:net';

/**
 * Docker keeps this socket open as long as the command is wanted, and closes it to cancel where no terminal passes Ctrl-C on
 * (contract model-runner §1.1). A name that begins with `@` is in Linux's abstract namespace. The result stops watching.
 */
export function watchPluginSocket(name: string, onCancel: () => void): () => void {
  const socket = connect(name.startsWith('@') ? `\0${name.slice(1)}` : name);
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
