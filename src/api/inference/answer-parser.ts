/** The head of an HTTP/1.1 answer; header names in lower case, repeated ones joined with a comma. */
export interface AnswerHead {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a parser tells. `data` gets parts of the bytes given to `feed`: whoever keeps them copies them. */
export interface AnswerEvents {
  head(head: AnswerHead): void;
  data(payload: Buffer): void;
  end(): void;
}

export interface AnswerParser {
  /** @throws Error when the bytes are no HTTP/1.1 answer */
  feed(bytes: Buffer): void;
  /** The connection has ended. True when that ends the answer, false when the answer is cut off. */
  close(): boolean;
}

type State = 'head' | 'body' | 'until close' | 'chunk size' | 'chunk data' | 'chunk end' | 'trailers' | 'done';

const largestHeadBytes = 64 * 1024;
const longestLineBytes = 4096;
const nothing = Buffer.alloc(0);

/**
 * Parses one answer of a runner as it comes (RFC 9112). Runners answer token by token, and on a machine whose processors are all
 * busy with the model every microsecond here is taken from it (docs/benchmarks.md, one stream).
 */
export function createAnswerParser(events: AnswerEvents): AnswerParser {
  let state: State = 'head';
  let held = nothing;
  /** Bytes of the body or chunk still to come. */
  let left = 0;

  function line(bytes: Buffer, from: number): { text: string; next: number } | undefined {
    const end = bytes.indexOf('\n', from);
    if (end === -1) {
      if (bytes.length - from > longestLineBytes) throw new Error('a line of the answer is too long');
      return undefined;
    }
    const textEnd = end > from && bytes[end - 1] === 13 ? end - 1 : end;
    return { text: bytes.toString('latin1', from, textEnd), next: end + 1 };
  }

  function begin({ status, headers }: AnswerHead): void {
    events.head({ status, headers });
    const length = headers['content-length'];
    if (headers['transfer-encoding']?.toLowerCase().endsWith('chunked')) state = 'chunk size';
    else if (length === undefined) state = status === 204 || status === 304 ? 'done' : 'until close';
    else {
      left = Number(length);
      if (!/^\d{1,15}$/.test(length)) throw new Error('Content-Length is not a number');
      state = left === 0 ? 'done' : 'body';
    }
    if (state === 'done') events.end();
  }

  /** Takes one step; the number of bytes used, or undefined when more are needed. */
  function step(bytes: Buffer, at: number): number | undefined {
    switch (state) {
      case 'head': {
        const end = bytes.indexOf('\r\n\r\n', at);
        if (end === -1) {
          if (bytes.length - at > largestHeadBytes) throw new Error('the head of the answer is too long');
          return undefined;
        }
        const head = parseHead(bytes.toString('latin1', at, end));
        // 1xx answers come before the real one.
        if (head.status >= 200) begin(head);
        return end + 4;
      }
      case 'body':
      case 'chunk data': {
        const part = bytes.subarray(at, at + left);
        left -= part.length;
        if (left === 0) state = state === 'body' ? 'done' : 'chunk end';
        events.data(part);
        if (state === 'done') events.end();
        return at + part.length;
      }
      case 'until close':
        events.data(bytes.subarray(at));
        return bytes.length;
      case 'chunk size': {
        const found = line(bytes, at);
        if (found === undefined) return undefined;
        const size = /^([0-9a-f]{1,8})(?:\s*;.*)?$/i.exec(found.text)?.[1];
        if (size === undefined) throw new Error('a chunk has no size');
        left = Number.parseInt(size, 16);
        state = left === 0 ? 'trailers' : 'chunk data';
        return found.next;
      }
      case 'chunk end': {
        const found = line(bytes, at);
        if (found === undefined) return undefined;
        if (found.text !== '') throw new Error('a chunk is longer than its size');
        state = 'chunk size';
        return found.next;
      }
      case 'trailers': {
        const found = line(bytes, at);
        if (found === undefined) return undefined;
        if (found.text === '') {
          state = 'done';
          events.end();
        }
        return found.next;
      }
      case 'done':
        return bytes.length;
    }
  }

  return {
    feed(given) {
      const bytes = held.length === 0 ? given : Buffer.concat([held, given]);
      held = nothing;
      let at = 0;
      while (at < bytes.length) {
        const next = step(bytes, at);
        if (next === undefined) {
          // The caller's buffer is used again.
          held = Buffer.from(bytes.subarray(at));
          return;
        }
        at = next;
      }
    },
    close() {
      if (state === 'done') return true;
      if (state !== 'until close') return false;
      state = 'done';
      events.end();
      return true;
    },
  };
}

function parseHead(text: string): AnswerHead {
  const [first = '', ...lines] = text.split('\r\n');
  const status = /^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(first)?.[1];
  if (status === undefined) throw new Error('the answer is not HTTP/1.1');
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  for (const one of lines) {
    const colon = one.indexOf(':');
    if (colon < 1) continue;
    const name = one.slice(0, colon).toLowerCase();
    const value = one.slice(colon + 1).trim();
    headers[name] = headers[name] === undefined ? value : `${headers[name]}, ${value}`;
  }
  return { status: Number(status), headers };
}
