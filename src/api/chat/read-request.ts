import type { z } from 'zod';
import { AppError } from '#core';
import { parseJsonObject, readBody } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import { headerList } from '../inference/inference-request.ts';
import type { JsonObject } from '../inference/engine.ts';
import type { LargeBodies } from '../inference/large-bodies.ts';
import { parseValue } from '../http/parse-value.ts';

/**
 * Reads a body that can be passed on: a JSON object, not too deep, its texts whole. With `largeBodies` it may be larger for images.
 * @throws AppError `request.*`
 */
export async function readJsonRequest(
  exchange: Exchange,
  { largeBodies }: { largeBodies?: LargeBodies } = {},
): Promise<JsonObject> {
  return parseJsonObject(await (largeBodies?.read(exchange) ?? readBody(exchange.request)));
}

/** Reads `value` as the schema says. @throws AppError `request.invalid` that names the parameter */
export function readAs<Schema extends z.ZodType>(schema: Schema, value: unknown, path = ''): z.output<Schema> {
  const result = parseValue(schema, value);
  if (result.success) return result.data;
  const issue = deepestIssue(result.error.issues);
  const param = [...(path === '' ? [] : [path]), ...issue.path.map(String)].join('.').slice(0, 200);
  const missing = issue.message.endsWith('received undefined');
  const reason = issue.message.replace(/^Invalid input: /, '').slice(0, 300);
  throw invalid(param, missing ? `"${param}" is required.` : `"${param}" is not valid: ${reason}.`);
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** Of the alternatives of a union, the one that came furthest is what the client meant. */
function deepestIssue(issues: readonly z.core.$ZodIssue[]): Issue {
  const [first] = issues;
  if (first === undefined) return { path: [], message: 'wrong type' };
  if (first.code !== 'invalid_union' || first.errors.length === 0) return first;
  const inner = first.errors.map(deepestIssue).reduce((a, b) => (b.path.length > a.path.length ? b : a));
  if (inner.path.length === 0) return { path: first.path, message: 'wrong type' };
  return { path: [...first.path, ...inner.path], message: inner.message };
}

export function invalid(param: string, message: string, hint?: string): AppError {
  return new AppError('request.invalid', message, { hint, params: { param: param.slice(0, 200) } });
}

/** Says which parameters had no effect. */
export function reportIgnored({ response }: Exchange, names: readonly string[]): void {
  if (names.length > 0) response.setHeader('x-gantry-ignored', headerList(names));
}
