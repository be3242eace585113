import type { IncomingMessage, ServerResponse } from 'node:http';
import { bodyRead } from '../http/body.ts';

/** Bytes of an answer that are kept for its record. */
const maxKeptBytes = 1024 * 1024;
/** Where an answer counts its tokens. */
const tailBytes = 64 * 1024;

/** Holds on to the bytes of a request and its answer, which are there anyway; nothing is copied or read while they pass. */
export interface Tap {
  /** A part of the answer that goes to the socket in its chunk of HTTP/1.1 (RFC 9112 §7.1), past `response.write`. */
  framed(chunk: Buffer): void;
  readonly body: Buffer | undefined;
  /** Of the clock that was given; undefined before the first part. */
  readonly firstPartAt: number | undefined;
  /** Parts of the answer, in order, without their frames. */
  parts(): readonly Buffer[];
  readonly lostBytes: number;
  /** The end of the answer, kept also when the rest is not. */
  tail(): string;
}

export interface TapOptions {
  readonly keep: boolean;
  readonly now: () => number;
}

export function tap(request: IncomingMessage, response: ServerResponse, { keep, now }: TapOptions): Tap {
  const kept: Buffer[] = [];
  /** Parts without a frame. */
  const plain = new Set<Buffer>();
  let keptBytes = 0;
  let lostBytes = 0;
  let firstPartAt: number | undefined;
  let body: Buffer | undefined;
  let [beforeLast, last]: (Buffer | undefined)[] = [];

  const take = (part: Buffer): void => {
    firstPartAt ??= now();
    beforeLast = last;
    last = part;
    if (!keep) return;
    if (keptBytes > maxKeptBytes) {
      lostBytes += part.length;
      return;
    }
    kept.push(part);
    keptBytes += part.length;
  };
  const takePlain = (chunk: unknown, encoding: unknown): void => {
    // Comments that keep a waiting client from giving up are no answer.
    if (typeof chunk === 'string' ? chunk === '' || chunk.startsWith(':') : !Buffer.isBuffer(chunk)) return;
    const part = toBuffer(chunk, encoding);
    plain.add(part);
    take(part);
  };

  const payload = (part: Buffer): Buffer => (plain.has(part) ? part : unframed(part));

  request.once(bodyRead, (bytes: Buffer) => (body = bytes));
  const write = response.write.bind(response);
  const end = response.end.bind(response);
  response.write = ((...given: Parameters<typeof write>) => {
    takePlain(given[0], given[1]);
    return write(...given);
  }) as typeof write;
  response.end = ((...given: Parameters<typeof end>) => {
    const [chunk, encoding]: readonly unknown[] = given;
    takePlain(chunk, encoding);
    // What `end` is given it may write by `write`.
    response.write = write;
    return end(...given);
  }) as typeof end;

  return {
    framed: take,
    get body() {
      return body;
    },
    get firstPartAt() {
      return firstPartAt;
    },
    get lostBytes() {
      return lostBytes;
    },
    parts: () => kept.map(payload),
    tail() {
      const parts = [beforeLast, last].flatMap((part) => (part === undefined ? [] : payload(part)));
      const bytes = Buffer.concat(parts);
      return bytes.length > 4 * tailBytes ? '' : bytes.toString('utf8');
    },
  };
}

function unframed(chunk: Buffer): Buffer {
  return chunk.subarray(chunk.indexOf(10) + 1, -2);
}

function toBuffer(chunk: unknown, encoding: unknown): Buffer {
  if (Buffer.isBuffer(chunk)) return chunk;
  return Buffer.from(String(chunk), typeof encoding === 'string' ? (encoding as BufferEncoding) : 'utf8');
}
