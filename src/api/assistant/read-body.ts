import type { z } from 'zod';
import { AppError } from '#core';
import { readAs } from '../chat/read-request.ts';
import { readBody } from '../http/body.ts';
import { checkJson } from '../http/check-json.ts';
import type { Exchange } from '../http/exchange.ts';

/** A body of any JSON, read as the schema says; nothing counts as an empty object. @throws AppError `request.*` */
export async function readBodyAs<Schema extends z.ZodType>(
  exchange: Exchange,
  schema: Schema,
): Promise<z.output<Schema>> {
  const bytes = await readBody(exchange.request);
  let value: unknown;
  try {
    value = bytes.length === 0 ? {} : JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new AppError('request.invalid', 'The request body is not valid JSON.', {
      hint: 'Send JSON in UTF-8.',
      params: { param: 'body' },
      cause,
    });
  }
  checkJson(value);
  return readAs(schema, value);
}
