import { AppError } from '#core';
import type { RunnerMode } from '#inference';
import { parseJsonObject } from '../http/body.ts';
import type { Operation } from '../http/route.ts';
import type { JsonObject } from './json.ts';
import { isHonoured, refusal, required, ruleOf } from './parameters.ts';

export interface InferenceRequest {
  readonly model: string;
  readonly mode: RunnerMode;
  readonly stream: boolean;
  /** Parameters the engine does not read; the client is told. */
  readonly ignored: readonly string[];
  /** The whole body. */
  readonly fields: JsonObject;
}

/**
 * Checks what has to be checked: the model's name, types that the engine would silently replace, and parameters that it cannot
 * honour. The body itself goes on unchanged. `needsInput: false` is for a request that only loads the model.
 * @throws AppError `request.invalid` with `param`
 */
export function parseInferenceRequest(
  body: Buffer,
  { operation, needsInput }: { operation: Operation; needsInput: boolean },
): InferenceRequest {
  const fields = parseJsonObject(body);
  const ignored: string[] = [];
  for (const [name, value] of Object.entries(fields)) {
    // OpenAI's clients send null for "not set".
    if (value === null) continue;
    const rule = ruleOf(operation, name);
    if (rule && !rule.check(value)) throw wrongType(name, rule.expected);
    const refused = refusal(name, value);
    if (refused) {
      throw new AppError('request.invalid', `The parameter "${name}" is not supported here.`, {
        hint: refused.hint,
        params: { param: name },
      });
    }
    if (!isHonoured(operation, name)) ignored.push(name);
  }
  const { model } = fields;
  if (typeof model !== 'string' || model.trim() === '') {
    throw new AppError('request.invalid', 'model is required', {
      hint: 'Name a model in "model"; GET /v1/models lists them.',
      params: { param: 'model' },
    });
  }
  const wanted = required[operation];
  const alternative = operation === 'embeddings' ? fields['content'] : undefined;
  if (needsInput && (fields[wanted] ?? alternative) == null) {
    throw new AppError('request.invalid', `"${wanted}" is required.`, { params: { param: wanted } });
  }
  return {
    model,
    mode: operation === 'embeddings' ? 'embedding' : 'completion',
    stream: fields['stream'] === true,
    ignored,
    fields,
  };
}

function wrongType(param: string, expected: string): AppError {
  return new AppError('request.invalid', `"${param}" must be ${expected}.`, { params: { param, expected } });
}

/** Names for a header: a client may have put anything into a key. */
export function headerList(names: readonly string[]): string {
  return names
    .map((name) => name.slice(0, 64).replaceAll(/[^\w.-]/g, '_'))
    .slice(0, 20)
    .join(', ');
}
