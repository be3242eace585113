import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { z } from 'zod';
import { jsonOf } from './send.ts';

/** One value a line; lines that are something else are passed over: the Engine adds kinds with time. */
export async function* jsonLines<Shape extends z.ZodType>(
  stream: Readable,
  shape: Shape,
): AsyncGenerator<z.output<Shape>> {
  const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
  let failure: unknown;
  // readline does not hear of its input's errors.
  stream.once('error', (error) => {
    failure = error;
    lines.close();
  });
  try {
    for await (const line of lines) {
      const parsed = shape.safeParse(jsonOf(line));
      if (parsed.success) yield parsed.data;
    }
    if (failure !== undefined) throw failure;
  } finally {
    lines.close();
    stream.destroy();
  }
}
