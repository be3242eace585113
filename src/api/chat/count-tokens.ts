import { AppError } from '#core';
import type { Engine, JsonObject } from '../inference/engine.ts';
import type { RunnerWishes } from '../inference/runner-wishes.ts';

export interface CountCall extends RunnerWishes {
  readonly model: string;
  /** A chat request, as `chat/completions` takes it. */
  readonly chat: JsonObject;
  readonly signal: AbortSignal;
}

/** How many tokens the model would read: its own template, its own tokenizer. @throws AppError `inference.unsupported` for images */
export async function countTokens({ chat, ...runner }: CountCall, engine: Engine): Promise<number> {
  const { messages } = chat;
  if (Array.isArray(messages) && messages.some(({ content }: JsonObject) => Array.isArray(content))) {
    throw new AppError('inference.unsupported', 'The tokens of images are known only once a model has read them.', {
      hint: 'Count without images.',
      params: { param: 'messages' },
    });
  }
  const call = { ...runner, mode: 'completion' } as const;
  const { body } = await engine.ask({ ...call, operation: 'apply-template', body: chat });
  const content = body['prompt'];
  if (typeof content !== 'string') throw unexpected();
  const asked = { content, add_special: true, parse_special: true };
  const { body: counted } = await engine.ask({ ...call, operation: 'tokenize', body: asked });
  if (!Array.isArray(counted['tokens'])) throw unexpected();
  return counted['tokens'].length;
}

function unexpected(): AppError {
  return new AppError('backend.failed', "The model's server did not say how it reads the prompt.");
}
