import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { errorCodeOf, toAppError, type Log } from '#core';
import { createRequestReader, type RequestReader } from './read-request.ts';
import type { RequestHead } from './request-head.ts';

export interface PassThroughDeps {
  /** Opens the connection that takes this request; requests for one place share it while they follow each other. */
  readonly placeOf: (head: RequestHead) => Place;
  readonly log: Log;
}

/** Somewhere requests go; the same object means the same place. */
export interface Place {
  connect(): Promise<Duplex>;
}

interface Upstream {
  readonly place: Place;
  readonly stream: Duplex;
  /** Resolves when it has said everything. */
  readonly ended: Promise<void>;
  /** From now on its end is not the client's. */
  readonly release: () => void;
}

/**
 * Carries one client's bytes to where each of its requests belongs, and the answers back, changing none. Only heads are read;
 * after a connection is taken over nothing is. Each side's end of output is passed on while the other still talks.
 */
export async function passThrough(client: Duplex, deps: PassThroughDeps): Promise<void> {
  // Errors of the client show as its close.
  client.on('error', () => undefined);
  let upstream: Upstream | undefined;
  client.once('close', () => upstream?.stream.destroy());
  try {
    upstream = await carryRequests(client, { ...deps, opened: (one) => (upstream = one) });
    upstream?.stream.end();
    await upstream?.ended;
    client.end();
  } catch (error) {
    upstream?.stream.destroy();
    if (!client.destroyed && !(await explained(client, error))) {
      if (!isGone(error)) deps.log.warn('passing through failed', { error });
      client.destroy();
    }
  }
}

async function carryRequests(
  client: Duplex,
  { placeOf, opened }: PassThroughDeps & { opened: (upstream: Upstream) => void },
): Promise<Upstream | undefined> {
  const reader = createRequestReader(client);
  let upstream: Upstream | undefined;
  for (let next = await readHead(reader); next; next = await readHead(reader)) {
    const place = placeOf(next.head);
    if (upstream?.place !== place) {
      if (upstream) await finish(upstream);
      upstream = await open(client, place);
      opened(upstream);
      if (client.destroyed) upstream.stream.destroy();
    }
    await write(upstream.stream, next.bytes);
    for await (const bytes of reader.body(next.head.framing)) await write(upstream.stream, bytes);
  }
  return upstream;
}

class BadRequest extends Error {}

async function readHead(reader: RequestReader): ReturnType<RequestReader['head']> {
  try {
    return await reader.head();
  } catch (error) {
    throw error instanceof RangeError ? new BadRequest(error.message) : error;
  }
}

class NoEngine extends Error {}

async function open(client: Duplex, place: Place): Promise<Upstream> {
  let stream: Duplex;
  try {
    stream = await place.connect();
  } catch (error) {
    const { message, hint } = toAppError(error);
    throw new NoEngine(hint === undefined ? message : `${message} ${hint}`);
  }
  let released = false;
  stream.on('error', () => undefined);
  stream.pipe(client, { end: false });
  const ended = new Promise<void>((resolve) => {
    stream.once('end', resolve).once('close', resolve);
  });
  stream.once('end', () => {
    if (!released) client.end();
  });
  stream.once('close', () => {
    if (!released) client.end();
  });
  return { place, stream, ended, release: () => (released = true) };
}

/** The answers of the place before come first. */
async function finish({ stream, ended, release }: Upstream): Promise<void> {
  release();
  stream.end();
  await ended;
}

async function write(stream: Duplex, bytes: Buffer): Promise<void> {
  if (stream.destroyed || stream.write(bytes)) return;
  const done = new AbortController();
  try {
    await Promise.race([
      once(stream, 'drain', { signal: done.signal }),
      once(stream, 'close', { signal: done.signal }),
    ]);
  } finally {
    done.abort();
  }
}

/** Answers as the Engine answers errors. */
async function explained(client: Duplex, error: unknown): Promise<boolean> {
  const status =
    error instanceof BadRequest ? '400 Bad Request' : error instanceof NoEngine ? '503 Service Unavailable' : undefined;
  if (status === undefined) return false;
  const body = `${JSON.stringify({ message: (error as Error).message })}\n`;
  client.end(
    `HTTP/1.1 ${status}\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
  await heardOut(client);
  return true;
}

const maxDiscardBytes = 64 * 1024 * 1024;

/** A client still sending would otherwise see a broken connection in place of the answer. */
async function heardOut(client: Duplex): Promise<void> {
  let discarded = 0;
  client.on('data', (bytes: Buffer) => {
    discarded += bytes.length;
    if (discarded > maxDiscardBytes) client.destroy();
  });
  client.resume();
  if (!client.closed) await new Promise<void>((resolve) => client.once('close', () => resolve()));
}

function isGone(error: unknown): boolean {
  const code = errorCodeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'ERR_STREAM_PREMATURE_CLOSE' || code === 'ABORT_ERR';
}
