import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { AppError, errorCodeOf, version } from '#core';
import type { gantryMediaType } from '#contract';
import type { Translate } from '../messages/translate.ts';
import type { DaemonAddress } from './address.ts';

// The value is repeated, and checked by its type, because importing it would load all schemas.
const accept: typeof gantryMediaType = 'application/vnd.gantry+json';

export interface DaemonRequest {
  readonly method?: 'GET' | 'POST' | 'DELETE' | undefined;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

export interface DaemonResponse {
  readonly status: number;
  readonly contentType: string;
  /** UTF-8 text in the pieces it came in; characters are never split. @throws AppError `daemon.not_running` when cut off */
  readonly text: AsyncIterable<string>;
}

export type Send = (request: DaemonRequest) => Promise<DaemonResponse>;

/** Sends requests to the daemon. No time limit: a model may take minutes to load; the signal ends it. */
export function createSend(address: DaemonAddress, { t }: { t: Translate }): Send {
  return async (request) => {
    request.signal.throwIfAborted();
    const body = request.body === undefined ? undefined : JSON.stringify(request.body);
    const options: RequestOptions = {
      method: request.method ?? 'GET',
      signal: request.signal,
      headers: {
        accept,
        'user-agent': `gantry-cli/${version}`,
        ...(body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
        ...request.headers,
      },
      ...('socket' in address
        ? { socketPath: address.socket, path: request.path }
        : {
            hostname: address.url.hostname.replace(/^\[|\]$/g, ''),
            port: address.url.port,
            path: address.url.pathname.replace(/\/$/, '') + request.path,
          }),
    };
    const send =
      'url' in address && address.url.protocol === 'https:' ? (await import('node:https')).request : httpRequest;
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const outgoing = send(options, resolve);
      outgoing.on('error', (cause) => reject(connectionError(cause, { address, signal: request.signal, t })));
      outgoing.end(body);
    });
    return {
      status: response.statusCode ?? 0,
      contentType: response.headers['content-type'] ?? '',
      text: textOf(response, { signal: request.signal, t }),
    };
  };
}

async function* textOf(
  response: IncomingMessage,
  { signal, t }: { signal: AbortSignal; t: Translate },
): AsyncIterable<string> {
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) yield String(chunk);
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
