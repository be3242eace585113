import { isObject, parseJson, type JsonObject } from './json.ts';
import { mergeChunks } from './merge-chunks.ts';
import { mergeLines, mergeMessageEvents } from './merge-messages.ts';

/** One JSON value for an answer, however it was sent: events of any API, lines, or JSON already. Undefined when it is none of these. */
export function mergeAnswer(text: string): unknown {
  const whole = parseJson(text);
  if (whole !== undefined) return whole;
  const payloads = looksLikeEvents(text) ? eventData(text) : text.split('\n');
  const parts = payloads.map(parseJson).filter(isObject);
  const [first] = parts;
  if (first === undefined) return undefined;
  const error = parts.find((part) => 'error' in part && part['type'] === undefined);
  const merged = mergeParts(first, parts);
  return error === undefined || error === merged ? merged : { ...merged, error: error['error'] };
}

/** The data of each event (HTML Living Standard §9.2), `[DONE]` left out. */
export function eventData(text: string): readonly string[] {
  return text
    .split(/\r?\n\r?\n/)
    .map((event) =>
      event
        .split(/\r?\n/)
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(line.startsWith('data: ') ? 6 : 5))
        .join('\n'),
    )
    .filter((data) => data !== '' && data !== '[DONE]');
}

function looksLikeEvents(text: string): boolean {
  return /^(?:data|event|id|retry)?:/m.test(text.slice(0, 1000));
}

function mergeParts(first: JsonObject, parts: readonly JsonObject[]): JsonObject {
  const type = first['type'];
  if (type === 'message_start') return mergeMessageEvents(parts);
  // Each of the last events of a response carries it whole.
  if (typeof type === 'string' && type.startsWith('response.')) {
    const whole = parts.findLast((part) => isObject(part['response']))?.['response'];
    return isObject(whole) ? whole : first;
  }
  if (parts.some((part) => 'choices' in part)) return mergeChunks(parts);
  return mergeLines(parts);
}
