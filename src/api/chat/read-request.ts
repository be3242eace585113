import type { z } from 'zod';
import { AppError } from '#core';
import { parseJsonObject, readBody } from '../http/body.ts';
import type { Exchange } from '../http/exchange.ts';
import { headerList } from '../inference/inference-request.ts';
import type { JsonObject } from '../inference/engine.ts';
import type { LargeBodies } from '../inference/large-bodies.ts';

/** Deeper than any schema people write, and far from what would overflow a stack. */
const deepest = 200;
/** More than any conversation has, and few enough that a complaint about each is no burden. */
const mostValues = 200_000;

/**
 * Reads a body that can be passed on: a JSON object, not too deep, its texts whole. With `largeBodies` it may be larger for images.
 * @throws AppError `request.*`
 */
export async function readJsonRequest(
  exchange: Exchange,
  { largeBodies }: { largeBodies?: LargeBodies } = {},
): Promise<JsonObject> {
  const fields = parseJsonObject(await (largeBodies?.read(exchange) ?? readBody(exchange.request)));
  checkJson(fields);
  return fields;
}

/** @throws AppError `request.invalid` for what is too deep or too much, and for halves of characters, which runners cannot read */
export function checkJson(value: unknown): void {
  let level: unknown[] = [value];
  let values = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > deepest) throw new AppError('request.invalid', `The request is nested deeper than ${deepest} levels.`);
    values += level.length;
    if (values > mostValues) throw new AppError('request.invalid', `The request has more than ${mostValues} values.`);
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item === 'string') checkText(item);
      else if (Array.isArray(item)) for (const element of item) next.push(element);
      else if (typeof item === 'object' && item !== null) {
        for (const [key, element] of Object.entries(item)) {
          checkText(key);
          next.push(element);
        }
      }
    }
    level = next;
  }
}

function checkText(text: string): void {
  if (/\p{Surrogate}/u.test(text)) {
    throw new AppError('request.invalid', 'The request contains half a character (a lone UTF-16 surrogate).');
  }
}

/** Reads `value` as the schema says. @throws AppError `request.invalid` that names the parameter */
export function readAs<Schema extends z.ZodType>(schema: Schema, value: unknown, path = ''): z.output<Schema> {
  const result = schema.safeParse(value);
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
