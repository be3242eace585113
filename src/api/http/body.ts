import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { AppError } from '#core';
import { checkJson } from './check-json.ts';

/** What a request emits, with the bytes, when its body has been read. */
export const bodyRead = Symbol('body read');
export const maxBodyBytes = 10 * 1024 * 1024;
/** A client that sends too much is heard out this far, so that it can read why it was refused. */
const maxDiscardBytes = 64 * 1024 * 1024;

/** Reads a whole body, of at most 10 MiB unless another limit is given. @throws AppError `request.too_large`, `request.aborted`, `request.invalid` */
export function readBody(
  request: IncomingMessage,
  { limitBytes = maxBodyBytes }: { limitBytes?: number } = {},
): Promise<Buffer> {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity') {
    return Promise.reject(
      new AppError('request.invalid', `A body with Content-Encoding ${encoding} is not supported.`, {
        hint: 'Send it uncompressed.',
        params: { encoding },
      }),
    );
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const refuse = (): void => {
      request.off('data', onData);
      discard(request);
      reject(tooLarge());
    };
    const onData = (chunk: Buffer): void => {
      size += chunk.length;
      if (size > limitBytes) refuse();
      else chunks.push(chunk);
    };
    const onGone = (cause?: unknown): void => reject(aborted(cause));
    request.on('data', onData);
    request.once('end', () => {
      // Every request closes after its end; an error nobody reads would be made on the hot path.
      request.off('error', onGone).off('close', onGone);
      const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
      request.emit(bodyRead, body);
      resolve(body);
    });
    request.once('error', onGone);
    request.once('close', onGone);
    if (Number(request.headers['content-length'] ?? 0) > limitBytes) refuse();
  });
}

/** Lets a client that has its answer finish sending, within limits. */
export function discard(request: IncomingMessage): void {
  let discarded = 0;
  request.on('data', (chunk: Buffer) => {
    discarded += chunk.length;
    if (discarded > maxDiscardBytes) request.destroy();
  });
  request.resume();
}

function tooLarge(): AppError {
  return new AppError('request.too_large', 'The request body is larger than 10 MiB.', {
    hint: 'Send less at once.',
    params: { limitBytes: maxBodyBytes },
  });
}

function aborted(cause: unknown): AppError {
  return new AppError('request.aborted', 'The client left before its request was complete.', { cause });
}

/** Parses a body as a JSON object, not too deep, its texts whole. @throws AppError `request.invalid` with the reason */
export function parseJsonObject(body: Buffer): Readonly<Record<string, unknown>> {
  if (body.length === 0) throw invalid('it is empty');
  if (!isUtf8(body)) throw invalid('it is not UTF-8');
  let value: unknown;
  try {
    value = JSON.parse(body.toString('utf8'));
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : 'not JSON');
  }
  if (!isObject(value)) throw invalid('it must be an object');
  checkJson(value);
  return value;
}

function invalid(reason: string): AppError {
  const short = reason.length > 200 ? `${reason.slice(0, 200)}…` : reason;
  return new AppError('request.invalid', `The request body is not valid JSON: ${short}.`, {
    hint: 'Send a JSON object in UTF-8.',
    params: { reason: short },
  });
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
