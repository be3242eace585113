import { shortId, isDigest, type Clock } from '#core';
import type { PullEvent } from '#models';
import { sendJson, type Exchange } from '../http/exchange.ts';
import { createLines } from './lines.ts';

/** How long lines that only tell a state are held back, so that a quick failure still gets its own status. */
const holdMs = 500;
const layerIntervalMs = 100;

export type ProgressLine =
  | { readonly status: string }
  | { readonly status: string; readonly digest: string; readonly total: number; readonly completed: number };

/** What Ollama's clients are told about a transfer. `verb` is what is done to a layer: `pulling`, `pushing`. */
export function progressLine(event: PullEvent, verb: 'pulling' | 'pushing'): ProgressLine | undefined {
  switch (event.type) {
    case 'status':
    case 'warning':
      return { status: event.message };
    case 'progress': {
      const { layer, sizeBytes, receivedBytes } = event;
      const status = `${verb} ${isDigest(layer) ? shortId(layer) : layer}`;
      return { status, digest: layer, total: sizeBytes, completed: receivedBytes };
    }
    case 'done':
      return undefined;
  }
}

/** Answers with a line an event and `success` at the end; without `stream` with that alone. */
export async function reportProgress(
  exchange: Exchange,
  lines: AsyncIterable<ProgressLine>,
  { stream, clock }: { stream: boolean; clock: Clock },
): Promise<void> {
  const success = { status: 'success' };
  if (!stream) {
    for await (const line of lines) void line;
    sendJson(exchange, 200, success);
    return;
  }
  const answer = createLines(exchange);
  const held: ProgressLine[] = [];
  const isDue = createThrottle(clock);
  let flushed: Promise<unknown> = Promise.resolve();
  const flush = (): void => {
    for (const line of held.splice(0)) flushed = answer.send(line);
  };
  let cancel: (() => void) | undefined;
  try {
    for await (const line of lines) {
      if (!isDue(line)) continue;
      held.push(line);
      if ('digest' in line || exchange.response.headersSent) flush();
      else cancel ??= clock.schedule(holdMs, flush);
      await flushed;
    }
    flush();
    await flushed;
    answer.end(success);
  } finally {
    cancel?.();
  }
}

/** One line per layer every 100 ms, and always the first and the last. */
function createThrottle(clock: Clock): (line: ProgressLine) => boolean {
  const sentAt = new Map<string, number>();
  return (line) => {
    if (!('digest' in line) || line.completed >= line.total) return true;
    const now = clock.monotonic();
    const last = sentAt.get(line.digest);
    if (last !== undefined && now - last < layerIntervalMs) return false;
    sentAt.set(line.digest, now);
    return true;
  };
}
