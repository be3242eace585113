import type { z } from 'zod';
import { AppError } from '#core';
import { parseJsonObject } from '../http/body.ts';
import { parseValue } from '../http/parse-value.ts';

/** Reads a body as what the contract says it is. @throws AppError `request.invalid` naming the field */
export function parseBody<T>(schema: z.ZodType<T>, body: Buffer): T {
  const result = parseValue(schema, parseJsonObject(body));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const param = issue?.path.join('.') ?? '';
  throw new AppError('request.invalid', `"${param}" is not valid: ${issue?.message ?? 'wrong type'}.`, {
    params: { param },
  });
}
