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
