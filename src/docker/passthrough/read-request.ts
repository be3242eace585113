import type { Readable } from 'node:stream';
import { createChunkedBody } from './chunked-body.ts';
import { maxHeadBytes, parseRequestHead, type Framing, type RequestHead } from './request-head.ts';

/** A client's requests, one after the other, as the bytes they are. */
export interface RequestReader {
  /** The next request's head with its bytes; undefined when the client sends no more. @throws RangeError when it is not HTTP */
  head(): Promise<{ readonly head: RequestHead; readonly bytes: Buffer } | undefined>;
  /** The bytes of the body of that request; ends with it, or with the client. */
  body(framing: Framing): AsyncIterable<Buffer>;
}

export function createRequestReader(client: Readable): RequestReader {
  const chunks = client.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>;
  let rest: Buffer = Buffer.alloc(0);

  async function next(): Promise<Buffer | undefined> {
    if (rest.length > 0) {
      const bytes = rest;
      rest = Buffer.alloc(0);
      return bytes;
    }
    const { done, value } = await chunks.next();
    return done === true ? undefined : value;
  }

  async function head(): ReturnType<RequestReader['head']> {
    let seen: Buffer = Buffer.alloc(0);
    for (;;) {
      const bytes = await next();
      if (bytes === undefined) return undefined;
      seen = seen.length === 0 ? bytes : Buffer.concat([seen, bytes]);
      // Empty lines between requests are nobody's.
      while (seen[0] === 0x0d || seen[0] === 0x0a) seen = seen.subarray(1);
      const end = headEnd(seen);
      if ((end?.after ?? seen.length) > maxHeadBytes) throw new RangeError('the head of the request is too long');
      if (!end) continue;
      const parsed = parseRequestHead(seen.toString('latin1', 0, end.at));
      if (!parsed) throw new RangeError('the request is not HTTP/1.1');
      rest = seen.subarray(end.after);
      return { head: parsed, bytes: seen.subarray(0, end.after) };
    }
  }

  async function* body(framing: Framing): AsyncGenerator<Buffer> {
    const chunked = createChunkedBody();
    let missing = framing.kind === 'length' ? framing.bytes : Number.POSITIVE_INFINITY;
    while (missing > 0 && !chunked.ended) {
      const bytes = await next();
      if (bytes === undefined) return;
      const length = framing.kind === 'chunked' ? chunked.take(bytes) : Math.min(missing, bytes.length);
      missing -= length;
      rest = bytes.subarray(length);
      yield bytes.subarray(0, length);
    }
  }

  return { head, body };
}

function headEnd(bytes: Buffer): { at: number; after: number } | undefined {
  const full = bytes.indexOf('\r\n\r\n');
  const bare = bytes.indexOf('\n\n');
  if (full !== -1 && (bare === -1 || full < bare)) return { at: full, after: full + 4 };
  return bare === -1 ? undefined : { at: bare, after: bare + 2 };
}
