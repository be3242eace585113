import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyRead } from '../http/body.ts';

/** Bytes of an answer that are kept for its record. */
const maxKeptBytes = 1024 * 1024;
/** Longer ends are not looked at. */
const maxTailBytes = 1024 * 1024;
const slabBytes = 32 * 1024;

/**
 * Notes the bytes of a request and its answer as they pass; nothing is read or merged here. Parts are copied one after the other into
 * a few slabs: holding on to a buffer for each token costs the garbage collector many times what the copying does.
 */
export interface Tap {
  /** A part of the answer that goes to the client past `response`; its memory may be used again. */
  part(bytes: Buffer): void;
  readonly body: Buffer | undefined;
  /** Of the clock that was given; undefined before the first part. */
  readonly firstPartAt: number | undefined;
  /** The answer's beginning; nothing unless it is to be kept. */
  kept(): readonly Buffer[];
  /** Bytes of the answer that are not in `kept`. */
  readonly lostBytes: number;
  /** The end of the answer, where it counts its tokens. */
  tail(): string;
}

export interface TapOptions {
  readonly keep: boolean;
  readonly now: () => number;
}

export function tap(request: IncomingMessage, response: ServerResponse, { keep, now }: TapOptions): Tap {
  const full: Buffer[] = [];
  let keptBytes = 0;
  let lostBytes = 0;
  let beforeCurrent: Buffer | undefined;
  let current: Buffer | undefined;
  let used = 0;
  let firstPartAt: number | undefined;
  let body: Buffer | undefined;

  const finish = (slab: Buffer): void => {
    beforeCurrent = slab;
    if (keep && keptBytes < maxKeptBytes) {
      full.push(slab);
      keptBytes += slab.length;
    } else lostBytes += slab.length;
  };
  const flush = (): void => {
    if (current && used > 0) finish(current.subarray(0, used));
    current = undefined;
    used = 0;
  };
  const part = (bytes: Buffer): void => {
    firstPartAt ??= now();
    if (bytes.length > slabBytes - used) {
      flush();
      if (bytes.length > slabBytes) {
        finish(Buffer.from(bytes));
        return;
      }
    }
    current ??= Buffer.allocUnsafeSlow(slabBytes);
    bytes.copy(current, used);
    used += bytes.length;
  };
  const plainPart = (chunk: unknown, encoding: unknown): void => {
    if (typeof chunk === 'string') {
      // Comments that keep a waiting client from giving up are no answer.
      if (chunk === '' || chunk.startsWith(':')) return;
      part(Buffer.from(chunk, typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8'));
    } else if (!Buffer.isBuffer(chunk)) return;
    else if (chunk.length <= slabBytes) part(chunk);
    else {
      // Whole answers are nobody's to use again.
      firstPartAt ??= now();
      flush();
      finish(chunk);
    }
  };

  request.once(bodyRead, (bytes: Buffer) => (body = bytes));
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  response.write = ((...given: Parameters<typeof write>) => {
    plainPart(given[0], given[1]);
    return write(...given);
  }) as typeof write;
  response.end = ((...given: Parameters<typeof end>) => {
    const [chunk, encoding]: readonly unknown[] = given;
    plainPart(chunk, encoding);
    // What `end` is given it may write by `write`.
    response.write = write;
    return end(...given);
  }) as typeof end;

  const rest = (): Buffer[] => (current ? [current.subarray(0, used)] : []);
  return {
    part,
    get body() {
      return body;
    },
    get firstPartAt() {
      return firstPartAt;
    },
    get lostBytes() {
      return keep && keptBytes < maxKeptBytes ? lostBytes : lostBytes + used;
    },
    kept: () => (keep && keptBytes < maxKeptBytes ? [...full, ...rest()] : full),
    tail() {
      const bytes = Buffer.concat([...(beforeCurrent ? [beforeCurrent] : []), ...rest()]);
      return bytes.length > maxTailBytes ? '' : bytes.toString('utf8');
    },
  };
}
