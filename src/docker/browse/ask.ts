import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { AppError } from '#core';
import { jsonOf, refused } from '../client/send.ts';
import type { Docker, EngineRequest } from '../types.ts';

/** The part of the Engine that looking at it needs. */
export type Asked = Pick<Docker, 'request'>;

const mostBytes = 64 * 1024 * 1024;

/** A whole answer of this shape, of bounded size. @throws AppError `docker.*` */
export async function browse<Shape extends z.ZodType>(
  docker: Asked,
  request: EngineRequest,
  shape: Shape,
): Promise<z.output<Shape>> {
  const { status, stream } = await docker.request(request);
  const body = await text(atMost(stream, mostBytes));
  if (status >= 400) throw refused(status, body);
  const parsed = shape.safeParse(jsonOf(body));
  if (parsed.success) return parsed.data;
  const reason = z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, 300);
  throw new AppError('docker.failed', `The Docker Engine answered something unknown: ${reason}.`, {
    params: { reason },
  });
}

/** A request whose answer says only whether it worked. @throws AppError `docker.*` */
export async function order(docker: Asked, request: EngineRequest): Promise<void> {
  const { status, stream } = await docker.request(request);
  const body = await text(atMost(stream, mostBytes));
  if (status >= 400) throw refused(status, body);
}

function atMost(stream: Readable, bytes: number): Readable {
  return Readable.from(
    (async function* read() {
      let left = bytes;
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        left -= chunk.length;
        if (left < 0) {
          throw new AppError('docker.failed', 'The Docker Engine answered more than can be read.', {
            params: { reason: 'size' },
          });
        }
        yield chunk;
      }
    })(),
  );
}

/** What the Engine leaves out or sends as null gets its empty value. */
export const words = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
export const word = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
export const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);
export const table = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
