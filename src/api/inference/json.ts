import { AppError } from '#core';

export type JsonObject = Readonly<Record<string, unknown>>;

/** The bytes of a value for a runner. @throws AppError `request.invalid` for one that nests too deeply to be written */
export function jsonBytes(value: JsonObject): Buffer {
  try {
    return Buffer.from(JSON.stringify(value));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new AppError('request.invalid', 'The request nests too deeply.', { cause, params: { reason: 'depth' } });
  }
}
