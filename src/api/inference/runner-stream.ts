import { connect, type Socket } from 'node:net';
import { createAnswerParser, type AnswerHead } from './answer-parser.ts';

/** Where an answer goes. `data` gets parts of a buffer that is used again: whoever keeps them copies them. */
export interface StreamSink {
  data(payload: Buffer): void;
  /** The answer is whole. */
  end(): void;
  /** The runner died on the way. */
  fail(cause?: unknown): void;
}

/** An answer under way. Nothing is read from the runner until `read`. */
export interface RunnerStream extends AnswerHead {
  readonly read: (sink: StreamSink) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly destroy: () => void;
}

/** A connection to a runner, opened ahead of the request that will use it. */
export interface RunnerConnection {
  readonly socket: Socket;
  /** Takes what comes, one after the other. */
  receive(listener: (bytes: Buffer) => void): void;
}

// One token is about 300 bytes; a runner that is asked for much at once (logprobs) is read in several steps.
const bufferBytes = 16 * 1024;

/** Connects with a buffer of its own that every read reuses: no memory is taken per token. */
export function connectToRunner(path: string): RunnerConnection {
  let listener: ((bytes: Buffer) => void) | undefined;
  const buffer = Buffer.allocUnsafeSlow(bufferBytes);
  const socket = connect({
    path,
    onread: {
      buffer,
      callback(size) {
        listener?.(buffer.subarray(0, size));
        return true;
      },
    },
  });
  return { socket, receive: (next) => (listener = next) };
}

export interface StreamRequest {
  /** At the runner. */
  readonly path: string;
  readonly body: Buffer;
  /** Called when the answer has come to its end. */
  readonly onWhole: () => void;
}

/** Sends a request and resolves with the head of its answer. The socket's failure before that rejects. */
export function askForStream(
  connection: RunnerConnection,
  { path, body, onWhole }: StreamRequest,
): Promise<RunnerStream> {
  const { socket } = connection;
  return new Promise((resolve, reject) => {
    let sink: StreamSink | undefined;
    let early: Buffer[] = [];
    let outcome: 'open' | 'ended' | 'failed' = 'open';
    let cause: unknown;
    const settle = (next: 'ended' | 'failed', reason?: unknown): void => {
      if (outcome !== 'open') return;
      outcome = next;
      cause = reason;
      if (next === 'ended') sink?.end();
      else sink?.fail(reason);
      socket.destroy();
      if (next === 'ended') onWhole();
    };
    const parser = createAnswerParser({
      head(head) {
        // What is here already comes with the head; the rest waits until somebody reads.
        socket.pause();
        resolve({
          ...head,
          read(given) {
            sink = given;
            for (const part of early) given.data(part);
            early = [];
            if (outcome === 'ended') given.end();
            else if (outcome === 'failed') given.fail(cause);
            else socket.resume();
          },
          pause: () => void socket.pause(),
          resume: () => void socket.resume(),
          destroy: () => void socket.destroy(),
        });
      },
      data(payload) {
        if (sink) sink.data(payload);
        else early.push(Buffer.from(payload));
      },
      end: () => settle('ended'),
    });
    connection.receive((bytes) => {
      if (outcome !== 'open') return;
      try {
        parser.feed(bytes);
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
        settle('failed', error);
      }
    });
    socket.once('end', () => {
      if (!parser.close()) settle('failed');
    });
    socket.on('error', (error) => {
      reject(error);
      settle('failed', error);
    });
    socket.once('close', () => {
      reject(new Error('The connection was closed.'));
      settle('failed');
    });
    const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nAccept: text/event-stream\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
    socket.write(head, 'latin1');
    socket.write(body);
  });
}
