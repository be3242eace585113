import { Readable } from 'node:stream';
import type { IncomingHttpHeaders } from 'node:http';
import type { RunnerStream } from './runner-stream.ts';

/** A runner's answer, as Node's own client gives it. */
export interface Answer extends Readable {
  readonly statusCode?: number | undefined;
  readonly headers: IncomingHttpHeaders;
  /** Whether it came to its end. */
  readonly complete: boolean;
  /** The bytes as they come, for who takes them without the cost of a stream; either this is read or the stream. */
  readonly live?: RunnerStream | undefined;
}

/** An answer of events. Nothing is read from the runner until somebody reads it. */
export class StreamAnswer extends Readable implements Answer {
  readonly statusCode: number;
  readonly headers: IncomingHttpHeaders;
  readonly live: RunnerStream;
  complete = false;
  #reading = false;

  constructor(live: RunnerStream) {
    super({ autoDestroy: true });
    this.live = live;
    this.statusCode = live.status;
    this.headers = live.headers;
  }

  override _read(): void {
    if (this.#reading) {
      this.live.resume();
      return;
    }
    this.#reading = true;
    this.live.read({
      data: (payload) => {
        if (!this.push(Buffer.from(payload))) this.live.pause();
      },
      end: () => {
        this.complete = true;
        this.push(null);
      },
      fail: (cause) => {
        this.destroy(cause instanceof Error ? cause : new Error('The runner closed the connection.'));
      },
    });
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.live.destroy();
    done(error);
  }
}
