import { request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { AttachOptions, Attachment, OutputChunk } from '../types.ts';
import { demultiplex } from './demultiplex.ts';
import { broken, refused } from './send.ts';

export interface AttachRequest extends AttachOptions {
  readonly path: string;
  /** Sent as JSON. */
  readonly json?: unknown;
}

/** Takes a connection over for a container's streams. @throws AppError `docker.*` */
export async function openAttachment(
  connection: Duplex,
  { path, json, ...options }: AttachRequest,
): Promise<Attachment> {
  const { signal, tty = false } = options;
  const stream = await hijack(connection, { path, json, signal });
  const onAbort = (): void => {
    stream.destroy();
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  stream.once('close', () => signal?.removeEventListener('abort', onAbort));
  // Who reads or writes hears of it; an error between those is not the process's end.
  stream.on('error', () => undefined);
  return {
    output: tty ? asStdout(stream) : demultiplex(stream as AsyncIterable<Buffer>),
    input: stream,
    close: () => stream.destroy(),
  };
}

function hijack(
  connection: Duplex,
  { path, json, signal }: Pick<AttachRequest, 'path' | 'json' | 'signal'>,
): Promise<Duplex> {
  const body = json === undefined ? '' : JSON.stringify(json);
  return new Promise((resolve, reject) => {
    const request = httpRequest({
      method: 'POST',
      path,
      headers: {
        host: 'docker',
        connection: 'Upgrade',
        upgrade: 'tcp',
        'content-length': Buffer.byteLength(body),
        ...(body !== '' && { 'content-type': 'application/json' }),
      },
      createConnection: () => connection,
      ...(signal ? { signal } : {}),
    });
    request.once('upgrade', (_response, socket: Duplex, head: Buffer) => {
      if (head.length > 0) socket.unshift(head);
      resolve(socket);
    });
    request.once('response', (response) => {
      text(response).then(
        (body) => reject(refused(response.statusCode ?? 0, body)),
        (error: unknown) => reject(broken(error, signal)),
      );
    });
    request.on('error', (error) => reject(broken(error, signal)));
    request.end(body);
  });
}

async function* asStdout(stream: Duplex): AsyncGenerator<OutputChunk> {
  for await (const bytes of stream as AsyncIterable<Buffer>) yield { stream: 'stdout', bytes };
}
