import { isObject, parseJson } from './json.ts';
import { mergeAnswer } from './merge-answer.ts';
import { redactText, redactValue } from './redact-body.ts';
import type { AnsweredRequest, Recording, RequestRecord } from './types.ts';

/** Characters of a request or an answer that are kept. */
export const maxTextChars = 256 * 1024;
/** Larger bodies are not parsed: their beginning is kept as text. */
const maxParsedBytes = 4 * 1024 * 1024;

/** What is kept of a request: merged, without credentials and media, and not too long. */
export function toRecord(
  answered: AnsweredRequest,
  { id, recording }: { id: string; recording: Exclude<Recording, 'off'> },
): RequestRecord {
  const { model, method, url, error, status, userAgent, origin, startedAt, durationMs } = answered;
  return {
    id,
    model,
    method,
    url: redactUrl(url),
    ...(recording === 'on' && textsOf(answered)),
    ...(error !== undefined && { error }),
    timestamp: Math.floor(startedAt / 1000),
    status_code: status,
    ...(userAgent && { user_agent: redactText(userAgent.slice(0, 300)) }),
    ...(origin && { origin: origin.slice(0, 100) }),
    duration_ms: Math.round(durationMs),
  };
}

function textsOf({ body, answer, answerLostBytes }: AnsweredRequest): Pick<RequestRecord, 'request' | 'response'> {
  const response = answer.length === 0 ? undefined : bodyText(Buffer.concat(answer), { lostBytes: answerLostBytes });
  return { request: body === undefined ? '' : bodyText(body, { lostBytes: 0 }), ...(response && { response }) };
}

function bodyText(bytes: Buffer, { lostBytes }: { lostBytes: number }): string {
  if (bytes.length > maxParsedBytes) {
    const kept = redactText(bytes.toString('utf8', 0, maxTextChars));
    return shorten(kept, { lost: lostBytes + bytes.length - maxTextChars });
  }
  const text = bytes.toString('utf8');
  const merged = mergeAnswer(text);
  const safe = merged === undefined ? redactText(text) : JSON.stringify(redactValue(merged));
  return shorten(safe, { lost: lostBytes });
}

/** Says what is missing, so that nobody takes a part for the whole. */
function shorten(text: string, { lost }: { lost: number }): string {
  const missing = lost + Math.max(0, text.length - maxTextChars);
  return missing === 0 ? text : `${text.slice(0, maxTextChars)}…[${missing} more characters not recorded]`;
}

function redactUrl(url: string): string {
  return redactText(url.slice(0, 2000)).replaceAll(/([?&](?:key|token|api[-_]?key)=)[^&]*/gi, '$1[redacted]');
}

/** A line of the store as a record; undefined for one that was cut off. */
export function parseRecord(line: string): RequestRecord | undefined {
  const value = parseJson(line);
  if (!isObject(value) || typeof value['id'] !== 'string' || typeof value['timestamp'] !== 'number') return undefined;
  return value as unknown as RequestRecord;
}
