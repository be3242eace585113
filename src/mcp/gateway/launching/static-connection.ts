import { connect } from 'node:net';
import { AppError } from '#core';
import type { OpenOptions, ServerConnection } from '../../types.ts';
import { createMessageDecoder } from '../../protocol/message-decoder.ts';

/** Where servers that were started beside the gateway listen (contract mcp-toolkit §3.5). */
const port = 4444;

export interface StaticOptions {
  readonly maxMessageBytes: number;
}

/** A server that runs already, as `mcp-NAME` of the same network. @throws AppError `mcp.server_unavailable` */
export async function connectStatic(
  server: string,
  { events, signal, maxMessageBytes }: OpenOptions & StaticOptions,
): Promise<ServerConnection> {
  signal?.throwIfAborted();
  const host = `mcp-${server}`;
  const socket = connect({ host, port });
  await new Promise<void>((resolve, reject) => {
    const onAbort = (): void => {
      socket.destroy();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    socket.once('connect', () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    socket.once('error', (cause) => {
      const text = `Nothing answers at ${host}:${port}: ${cause.message}`;
      reject(new AppError('mcp.server_unavailable', text, { params: { server, phase: 'connect' }, cause }));
    });
  });
  let isClosing = false;
  const decoder = createMessageDecoder({
    maxBytes: maxMessageBytes,
    message: (message) => events.message(message),
    stray: (line) => events.log(line),
    tooLarge: (sizeBytes) => {
      events.log(`a message of ${sizeBytes} bytes is more than is passed on`);
      socket.destroy();
    },
  });
  socket.on('data', (chunk: Buffer) => decoder.push(chunk));
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      resolve();
      events.closed(
        isClosing
          ? undefined
          : new AppError('mcp.server_unavailable', 'It closed the connection.', { params: { server } }),
      );
    });
  });
  return {
    send: (message) => void socket.write(`${JSON.stringify(message)}\n`),
    async close() {
      isClosing = true;
      socket.destroy();
      await closed;
    },
  };
}
