import type { ProgressLine } from '#contract';
import { AppError, toAppError, type Clock } from '#core';
import type { Exchange } from '../http/exchange.ts';

/** How long lines that only tell a state are held back, so that a quick failure still gets its own status. */
const holdMs = 500;
const layerIntervalMs = 100;

export interface ProgressOptions<Event> {
  /** What the client is told about an event; undefined for nothing. */
  readonly toLine: (event: Event) => ProgressLine | undefined;
  readonly clock: Clock;
  /** Which way the bytes of the operation go, for the line of its failure; into the store when absent. */
  readonly mode?: ProgressLine['mode'];
}

/**
 * Answers with one JSON object a line (contract model-runner §2.4). Without `Accept: application/json` the lines are
 * HTML-escaped text, as docker/model-runner sends them and its CLI expects. A failure before the first line is thrown,
 * so that it gets a status; a later one is a line of type `error`.
 */
export async function streamProgress<Event>(
  exchange: Exchange,
  events: AsyncIterable<Event>,
  { toLine, clock, mode = 'pull' }: ProgressOptions<Event>,
): Promise<void> {
  const { response } = exchange;
  const asJson = exchange.speaksGantry || exchange.request.headers.accept === 'application/json';
  const held: string[] = [];
  let begun = false;

  const begin = (): void => {
    if (begun || exchange.gone.aborted) return;
    begun = true;
    response.writeHead(200, {
      'content-type': asJson ? 'application/json' : 'text/plain',
      'cache-control': 'no-cache',
    });
    for (const line of held.splice(0)) response.write(line);
  };
  const encode = (line: ProgressLine): string => {
    const json = JSON.stringify(line);
    return `${asJson ? json : escapeHtml(json)}\n`;
  };
  const send = async (text: string): Promise<void> => {
    if (exchange.gone.aborted || response.write(text)) return;
    await new Promise<void>((resolve) => {
      response.once('drain', resolve);
      response.once('close', resolve);
    });
  };

  const cancelHold = { timer: undefined as (() => void) | undefined };
  const isDue = createThrottle(clock);
  try {
    for await (const event of events) {
      const line = toLine(event);
      if (!line || !isDue(line)) continue;
      const text = encode(line);
      if (!begun && isStateOnly(line)) {
        held.push(text);
        cancelHold.timer ??= clock.schedule(holdMs, begin);
        continue;
      }
      begin();
      await send(text);
    }
    begin();
    response.end();
  } catch (error) {
    if (!begun || exchange.gone.aborted) throw error;
    exchange.notes.error = toAppError(error).code;
    response.end(encode(errorLine(error, mode)));
  } finally {
    cancelHold.timer?.();
  }
}

function isStateOnly(line: ProgressLine): boolean {
  return line.type === 'progress' && (line.layer === undefined || line.layer.id === undefined);
}

/** One line per layer every 100 ms, and always the first and the last. */
function createThrottle(clock: Clock): (line: ProgressLine) => boolean {
  const sentAt = new Map<string, number>();
  return ({ type, layer }) => {
    if (type !== 'progress' || layer?.id === undefined || layer.current >= layer.size) return true;
    const now = clock.monotonic();
    const last = sentAt.get(layer.id);
    if (last !== undefined && now - last < layerIntervalMs) return false;
    sentAt.set(layer.id, now);
    return true;
  };
}

export function errorLine(thrown: unknown, mode: ProgressLine['mode'] = 'pull'): ProgressLine {
  const error: AppError = toAppError(thrown);
  return {
    type: 'error',
    message: error.message,
    total: 0,
    layer: { size: 0, current: 0 },
    mode,
    code: error.code,
    params: error.params,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
  };
}

const htmlEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  "'": '&#39;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
};

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&'<>"]/g, (character) => htmlEscapes[character] ?? character);
}
