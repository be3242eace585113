import { AppError } from '#core';
import { isObject, parseJsonObject } from '../http/body.ts';
import type { JsonObject } from '../inference/json.ts';

/** @throws AppError `request.invalid` with `param` */
export function readModelRequest(body: Buffer): { readonly model: string; readonly fields: JsonObject } {
  const fields = parseJsonObject(body);
  const { model } = fields;
  if (typeof model !== 'string' || model.trim() === '') {
    throw new AppError('request.invalid', 'model is required', {
      hint: 'Name a model in "model"; GET /v1/models lists them.',
      params: { param: 'model' },
    });
  }
  return { model, fields };
}

export function wrong(param: string, expected: string): AppError {
  return new AppError('request.invalid', `"${param}" must be ${expected}.`, { params: { param, expected } });
}

export function textField(fields: JsonObject, name: string): string {
  const value = fields[name];
  if (typeof value !== 'string') throw wrong(name, 'a string');
  return value;
}

/** Texts given as strings or as objects with a `text`, as clients of Jina and Cohere do. */
export function textsField(fields: JsonObject, name: string): readonly string[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length === 0) throw wrong(name, 'an array of texts that is not empty');
  return value.map((item: unknown) => {
    const text = isObject(item) ? item['text'] : item;
    if (typeof text !== 'string') throw wrong(name, 'an array of texts that is not empty');
    return text;
  });
}
