import { request as httpRequest, type IncomingMessage } from 'node:http';
import type { Duplex, Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { AppError, isAbort } from '#core';
import type { EngineRequest, EngineResponse } from '../types.ts';

/** A connection of its own for each request: an Engine that was restarted leaves no dead one behind. */
export type Connect = (signal: AbortSignal | undefined) => Promise<Duplex>;

/** One request over a connection. Resolves with any status. @throws AppError `docker.unavailable` */
export async function send(
  connect: Connect,
  { apiPrefix, ...wanted }: EngineRequest & { apiPrefix: string },
): Promise<EngineResponse> {
  const { method, path, query, headers, json, body, signal } = wanted;
  const connection = await connect(signal);
  const payload = json === undefined ? undefined : Buffer.from(JSON.stringify(json));
  const request = httpRequest({
    method,
    path: `${apiPrefix}${path}${queryText(query)}`,
    headers: {
      ...headers,
      host: 'docker',
      connection: 'close',
      ...(payload ? { 'content-type': 'application/json', 'content-length': payload.length } : {}),
      ...(body ? { 'content-type': body.type } : {}),
    },
    createConnection: () => connection,
    ...(signal ? { signal } : {}),
  });
  const response = new Promise<IncomingMessage>((resolve, reject) => {
    request.once('response', resolve).once('error', reject);
  });
  try {
    if (body) {
      // An Engine that refuses answers before it has read everything.
      await Promise.race([pipeline(body.stream, request), response]);
    } else request.end(payload);
    const { statusCode = 0 } = await response;
    request.on('error', () => undefined);
    return { status: statusCode, stream: await response };
  } catch (cause) {
    connection.destroy();
    response.catch(() => undefined);
    throw broken(cause, signal);
  }
}

function queryText(query: EngineRequest['query']): string {
  const given = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) given.set(name, String(value));
  return given.size === 0 ? '' : `?${given.toString()}`;
}

export function broken(cause: unknown, signal: AbortSignal | undefined): unknown {
  if (cause instanceof AppError) return cause;
  if (signal?.aborted || isAbort(cause)) return signal?.reason ?? cause;
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new AppError('docker.unavailable', `The Docker Engine broke off the connection: ${reason}.`, {
    hint: 'See whether it runs with: docker info',
    params: { reason },
    cause,
  });
}

const engineError = z.object({ message: z.string() });

/** The Engine's refusal as ours. */
export async function refusal({ status, stream }: EngineResponse): Promise<AppError> {
  const body = await text(stream).catch(() => '');
  return refused(status, body);
}

export function refused(status: number, body: string): AppError {
  const message = (engineError.safeParse(jsonOf(body)).data?.message ?? body).trim().slice(0, 500);
  const reason = message === '' ? `status ${status}` : message;
  return status === 404
    ? new AppError('docker.not_found', `The Docker Engine does not have it: ${reason}.`, { params: { reason } })
    : new AppError('docker.failed', `The Docker Engine refused: ${reason}.`, { params: { reason, status } });
}

/** The body as JSON of this shape. @throws AppError `docker.failed` */
export async function readJson<Shape extends z.ZodType>(stream: Readable, shape: Shape): Promise<z.output<Shape>> {
  const parsed = shape.safeParse(jsonOf(await text(stream)));
  if (parsed.success) return parsed.data;
  const reason = z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, 300);
  throw new AppError('docker.failed', `The Docker Engine answered something unknown: ${reason}.`, {
    params: { reason },
  });
}

export function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
