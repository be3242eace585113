import type { Readable } from 'node:stream';
import { z } from 'zod';
import { AppError } from '#core';
import type { Docker, EngineRequest } from '#docker';

const mostAnswerBytes = 16 * 1024 * 1024;

/** The Engine's answer of a shape. @throws AppError `docker.*`; an answer without end is refused */
export async function askEngine<Shape extends z.ZodType>(
  docker: Docker,
  request: EngineRequest,
  shape: Shape,
): Promise<z.output<Shape>> {
  const { status, stream } = await docker.request(request);
  const body = await readBounded(stream, mostAnswerBytes);
  const value = jsonOf(body);
  if (status >= 400) throw refused(status, value, body);
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const reason = z.prettifyError(parsed.error).replaceAll('\n', ' ').slice(0, 300);
  throw new AppError('docker.failed', `The Docker Engine answered something unknown: ${reason}.`, {
    params: { reason },
  });
}

async function readBounded(stream: Readable, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      stream.destroy();
      throw new AppError('docker.failed', 'The Docker Engine’s answer is too large to read.', {
        params: { reason: 'too_large' },
      });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

const errorShape = z.looseObject({ message: z.string() });

function refused(status: number, value: unknown, body: string): AppError {
  const said = errorShape.safeParse(value).data?.message ?? body;
  const reason = said.trim().slice(0, 500) || `status ${status}`;
  return status === 404
    ? new AppError('docker.not_found', `The Docker Engine does not have it: ${reason}.`, { params: { reason } })
    : new AppError('docker.failed', `The Docker Engine refused: ${reason}.`, { params: { reason } });
}

/** A container, volume or network as the Engine allows it to be called, or an id. */
export const objectName = z
  .string()
  .regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,254}$/, 'is not the name or id of a Docker object')
  .describe('Name or id');

/** An image as registries know it, or an id. */
export const imageName = z
  .string()
  .regex(/^[a-zA-Z0-9][\w./:@-]{0,254}$/, 'is not a reference of an image')
  .describe('Reference such as postgres:17');

export const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');
export const texts = z
  .array(z.string())
  .nullish()
  .transform((value) => value ?? []);
export const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((value) => value ?? {});
export const count = z
  .number()
  .nullish()
  .transform((value) => value ?? 0);

export function idOf(id: string): string {
  return id.replace('sha256:', '').slice(0, 12);
}
