import { ollamaInstructions, type OllamaInstructions, type OllamaMessage } from '#contract';
import { AppError } from '#core';
import type { Model } from '#models';
import type { ApiOptions } from '../types.ts';
import { parseValue } from '../http/parse-value.ts';

/** What a model brings to every conversation; empty for one that was not made by `/api/create`. @throws AppError `model.invalid_file` */
export async function instructionsOf(
  model: Model,
  { models }: Pick<ApiOptions, 'models'>,
): Promise<OllamaInstructions> {
  const [text] = await models.texts(model.id, 'instructions');
  if (text === undefined) return {};
  const parsed = parseValue(ollamaInstructions, jsonOf(text));
  if (parsed.success) return parsed.data;
  throw new AppError('model.invalid_file', `The instructions of model ${model.id} are not ones.`, {
    hint: 'Make the model anew.',
    params: { id: model.id },
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A conversation as the model sees it: its own examples first, and its system message unless the client gives one. */
export function conversation(
  { system, messages: examples = [] }: OllamaInstructions,
  messages: readonly OllamaMessage[],
): readonly OllamaMessage[] {
  const all = [...examples, ...messages];
  if (!system || messages[0]?.role === 'system' || all[0]?.role === 'system') return all;
  return [{ role: 'system', content: system }, ...all];
}
