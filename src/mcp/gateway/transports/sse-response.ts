import type { ServerResponse } from 'node:http';

export const eventStreamHead = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-cache, no-transform',
  connection: 'keep-alive',
} as const;

/** One event, as JSON on one line: JSON has no line ends of its own. */
export function eventText(data: string, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: message\ndata: ${data}\n\n`;
}

/** A reader that is too slow is cut off: what waits for it would fill our memory. It can take the stream up again. */
const maxWaitingBytes = 32 * 1_048_576;

export function writeEvent(response: ServerResponse, text: string): void {
  if (response.writableEnded || response.destroyed) return;
  response.write(text);
  if (response.writableLength > maxWaitingBytes) response.destroy();
}

/** Whoever is behind by more than this is waited for, where that can be done. */
const behindBytes = 1_048_576;

/** Not all that are written to tell how they are. */
interface Written {
  readonly writableLength?: number;
  readonly writableEnded?: boolean;
  readonly destroyed?: boolean;
  once(event: 'drain' | 'close', listener: () => void): unknown;
  off(event: 'drain' | 'close', listener: () => void): unknown;
}

/** Resolves when everything written was taken, or nothing more will be; undefined when not too much waits. */
export function congestionOf(stream: Written): Promise<void> | undefined {
  const { writableLength = 0 } = stream;
  if (stream.destroyed || stream.writableEnded || writableLength <= behindBytes) return undefined;
  return new Promise((resolve) => {
    const done = (): void => {
      stream.off('drain', done);
      stream.off('close', done);
      resolve();
    };
    stream.once('drain', done);
    stream.once('close', done);
  });
}
