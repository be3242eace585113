import { AppError, toAppError } from '#core';
import type { CallOutcome, Json, JsonObject } from '../types.ts';

export function said(text: string, structured?: JsonObject): CallOutcome {
  return {
    kind: 'result',
    result: { content: [{ type: 'text', text }], ...(structured && { structuredContent: structured }) },
  };
}

/** What a model can mend or pass on: an error of the tool, not of the protocol. */
export function couldNot(text: string): CallOutcome {
  return { kind: 'result', result: { content: [{ type: 'text', text }], isError: true } };
}

export function couldNotBecause(errors: readonly AppError[]): CallOutcome {
  return couldNot(errors.map(({ message, hint }) => (hint === undefined ? message : `${message} ${hint}`)).join('\n'));
}

/** Runs work whose failures are for the model to read. */
export async function orSayWhy(work: () => Promise<CallOutcome>): Promise<CallOutcome> {
  try {
    return await work();
  } catch (error) {
    const known = toAppError(error);
    if (known.code === 'request.aborted') throw error;
    return couldNotBecause([known]);
  }
}

/** A text argument. @throws AppError `request.invalid` */
export function textOf(args: JsonObject, name: string): string {
  const value = args[name];
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw new AppError('request.invalid', `The argument "${name}" must be a text that is not empty.`, {
    params: { reason: 'argument', name },
  });
}

/** An object, or a text that holds one as JSON: some models write it so. @throws AppError `request.invalid` */
export function objectOf(args: JsonObject, name: string): JsonObject {
  const value = args[name];
  const parsed = typeof value === 'string' ? parse(value) : value;
  if (parsed === undefined) return {};
  if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as JsonObject;
  throw new AppError('request.invalid', `The argument "${name}" must be a JSON object.`, {
    params: { reason: 'argument', name },
  });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return null;
  }
}
