import { ReadableStream as NodeStream } from 'node:stream/web';
import type { FetchLike } from '@modelcontextprotocol/client';
import { AppError } from '#core';
import type { AddressScope, HttpClient } from '#registry';
import type { Pace } from './pace.ts';

export interface FetchThroughOptions {
  readonly http: HttpClient;
  /** Where whoever named the addresses lies; they may not lead closer to home. */
  readonly ledFrom: AddressScope | undefined;
  /** Bytes of an answer, or of one line of an event stream, before it is refused. */
  readonly maxBytes: number;
  /** Of event streams; other answers are one message. */
  readonly pace?: Pace | undefined;
}

const withoutBody = new Set([204, 205, 304]);

/** `fetch` for the SDK over our client, with its guards, proxies and certificates, and with bounded answers. */
export function fetchThrough({ http, ledFrom, maxBytes, pace }: FetchThroughOptions): FetchLike {
  return async (address, init = {}) => {
    const headers: Record<string, string> = {};
    new Headers(init.headers).forEach((value, name) => {
      headers[name] = value;
    });
    const response = await http.request(String(address), {
      method: init.method ?? 'GET',
      headers,
      body: bodyText(init.body),
      signal: init.signal ?? new AbortController().signal,
      manualRedirect: init.redirect !== 'follow',
      ledFrom,
    });
    const answer = new Headers();
    for (const [name, value] of Object.entries(response.headers)) if (value !== undefined) answer.set(name, value);
    if (withoutBody.has(response.status)) {
      await response.discard();
      return new Response(null, { status: response.status, headers: answer });
    }
    const perLine = (answer.get('content-type') ?? '').startsWith('text/event-stream');
    const body = NodeStream.from(bounded(response.body, { maxBytes, perLine, pace: perLine ? pace : undefined }));
    return new Response(body as unknown as ReadableStream<Uint8Array<ArrayBuffer>>, {
      status: response.status,
      headers: answer,
    });
  };
}

function bodyText(body: RequestInit['body']): string | undefined {
  if (body === undefined || body === null) return undefined;
  if (typeof body === 'string') return body;
  if (body instanceof URLSearchParams) return body.toString();
  throw new AppError('internal', 'A request to a remote server has a body of an unknown kind.');
}

const newline = 10;

/** Passes bytes on, at the pace of whoever is told of them, until more than `maxBytes` came, of everything or of one line. */
export async function* bounded(
  body: AsyncIterable<Uint8Array>,
  { maxBytes, perLine, pace }: { maxBytes: number; perLine: boolean; pace?: Pace | undefined },
): AsyncGenerator<Uint8Array> {
  let counted = 0;
  for await (const bytes of body) {
    const firstEnd = perLine ? bytes.indexOf(newline) : -1;
    counted += firstEnd === -1 ? bytes.length : firstEnd;
    if (counted > maxBytes) {
      throw new AppError('source.invalid_response', `The answer is larger than ${maxBytes} bytes.`, {
        params: { maxBytes },
      });
    }
    if (firstEnd !== -1) counted = bytes.length - bytes.lastIndexOf(newline) - 1;
    yield bytes;
    await pace?.ready();
  }
}
