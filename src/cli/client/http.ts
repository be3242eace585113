import { readFileSync } from 'node:fs';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { AppError, errorCodeOf, version } from '#core';
import type { gantryMediaType } from '#contract';
import type { Translate } from '../messages/translate.ts';
import type { DaemonAddress } from './address.ts';

// The value is repeated, and checked by its type, because importing it would load all schemas.
const accept: typeof gantryMediaType = 'application/vnd.gantry+json';

export interface DaemonRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | undefined;
  readonly path: string;
  readonly body?: unknown;
  /** Bytes to send instead of `body`. */
  readonly upload?: Readable | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

export interface DaemonResponse {
  readonly status: number;
  readonly contentType: string;
  /** UTF-8 text in the pieces it came in; characters are never split. @throws AppError `daemon.not_running` when cut off */
  readonly text: AsyncIterable<string>;
  /** The same as it came, to be read instead of `text`. */
  readonly bytes: AsyncIterable<Uint8Array>;
}

export type Send = (request: DaemonRequest) => Promise<DaemonResponse>;

/** Sends requests to the daemon. No time limit: a model may take minutes to load; the signal ends it. */
export function createSend(
  address: DaemonAddress,
  { t, agent = '' }: { t: Translate; agent?: string | undefined },
): Send {
  const userAgent = [`gantry-cli/${version}`, agent.replace(/[^\x20-\x7e]/g, '').slice(0, 200)].join(' ').trim();
  return async (request) => {
    request.signal.throwIfAborted();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options: RequestOptions = {
      method: request.method ?? 'GET',
      signal: request.signal,
      headers: {
        accept,
        'user-agent': userAgent,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        ...('url' in address && address.apiKey !== undefined ? { authorization: `Bearer ${address.apiKey}` } : {}),
        ...request.headers,
      },
      ...('socket' in address
        ? { socketPath: address.socket, path: request.path }
        : {
            hostname: address.url.hostname.replace(/^\[|\]$/g, ''),
            port: address.url.port,
            path: address.url.pathname.replace(/\/$/, '') + request.path,
            ...tlsOptions(address, t),
          }),
    };
    const send =
      'url' in address && address.url.protocol === 'https:' ? (await import('node:https')).request : httpRequest;
    const ask = (): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const outgoing = send(options, resolve);
        outgoing.on('error', (cause) => {
          // The daemon, perhaps one before this one, closed a kept connection while the question was on its way.
          if (options.method === 'GET' && outgoing.reusedSocket && wasClosed(cause)) resolve(ask());
          else reject(connectionError(cause, { address, signal: request.signal, t }));
        });
        if (request.upload) pipeline(request.upload, outgoing).catch(reject);
        else outgoing.end(body);
      });
    const response = await ask();
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      text: textOf(response, { signal: request.signal, t }),
      bytes: bytesOf(response, { signal: request.signal, t }),
    };
  };
}

function wasClosed(cause: Error): boolean {
  return ['ECONNRESET', 'EPIPE'].includes(errorCodeOf(cause) ?? '');
}

function tlsOptions({ tls }: Extract<DaemonAddress, { url: URL }>, t: Translate): RequestOptions {
  if (!tls) return {};
  const { skipVerify, caCert } = tls;
  return { rejectUnauthorized: !skipVerify, ...(caCert === undefined ? {} : { ca: readCertificate(caCert, t) }) };
}

function readCertificate(path: string, t: Translate): Buffer {
  try {
    return readFileSync(path);
  } catch (cause) {
    const reason = errorCodeOf(cause) ?? String(cause);
    throw new AppError('settings.invalid', t('daemon.badCaCert', { path, reason }), { cause });
  }
}

async function* textOf(
  response: IncomingMessage,
  { signal, t }: { signal: AbortSignal; t: Translate },
): AsyncIterable<string> {
  response.setEncoding('utf8');
  for await (const chunk of bytesOf(response, { signal, t })) yield String(chunk);
}

async function* bytesOf(
  response: IncomingMessage,
  { signal, t }: { signal: AbortSignal; t: Translate },
): AsyncIterable<Uint8Array> {
  try {
    yield* response;
  } catch (cause) {
    if (signal.aborted) throw signal.reason;
    throw wentAway(t, cause);
  }
}

export function wentAway(t: Translate, cause?: unknown): AppError {
  return new AppError('daemon.not_running', t('daemon.wentAway'), { hint: t('daemon.wentAwayHint'), cause });
}

function connectionError(
  cause: Error,
  { address, signal, t }: { address: DaemonAddress; signal: AbortSignal; t: Translate },
): unknown {
  if (signal.aborted) return signal.reason;
  const code = errorCodeOf(cause);
  if (address.kind === 'remote') {
    return new AppError(
      'daemon.not_running',
      t('daemon.hostUnreachable', { address: address.label, reason: code ?? cause.message }),
      { hint: t('daemon.hostUnreachableHint'), cause },
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    return new AppError('daemon.not_running', t('daemon.noPermission', { socket: address.socket }), {
      hint: t('daemon.noPermissionHint'),
      params: { denied: address.socket },
      cause,
    });
  }
  if (code === 'ECONNREFUSED' || code === 'ENOENT' || code === 'ENOTSOCK') {
    return new AppError('daemon.not_running', t('daemon.notRunning'), { hint: t('daemon.notRunningHint'), cause });
  }
  return wentAway(t, cause);
}
