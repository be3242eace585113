import { AppError } from '#core';

/** A part of an expression that is not understood, and where it is. */
export function notUnderstood(found: string, position: number): AppError {
  const part = found === '' ? 'its end' : `"${found}"`;
  return new AppError('request.invalid', `--yq is not understood at ${part}, character ${position + 1}.`, {
    hint: 'It knows .name, .["name"], .[0], .[], |, ==, !=, keys, length, map(…) and select(…). For more: --json | jq',
    params: { reason: found === '' ? 'yq_end' : 'yq_syntax', found, position: position + 1 },
  });
}

/** An operation that a value does not have. */
export function notApplicable(operation: string, type: string): AppError {
  return new AppError('request.invalid', `--yq asks for ${operation} of a ${type}, which has none.`, {
    params: { reason: 'yq_type', operation, type },
  });
}
