import { randomBytes } from 'node:crypto';
import { isObject } from '../http/body.ts';
import type { JsonObject } from '../inference/engine.ts';

export interface ChatUsage {
  /** All of the prompt, what came from the cache included. */
  readonly inputTokens: number;
  readonly cachedTokens: number;
  readonly outputTokens: number;
}

export type FinishReason = 'stop' | 'length' | 'tool_calls';

/** What a model's answer is made of, in the order it comes; a whole answer has the same parts as a streamed one. */
export type ChatPart =
  | { readonly type: 'text' | 'reasoning'; readonly text: string }
  /** A call begins; its arguments follow. */
  | { readonly type: 'call'; readonly index: number; readonly id: string; readonly name: string }
  | { readonly type: 'arguments'; readonly index: number; readonly text: string }
  | { readonly type: 'usage'; readonly usage: ChatUsage }
  /** `stopWord` is the stop sequence that ended the answer, where the runner was asked to be verbose. */
  | { readonly type: 'finish'; readonly reason: FinishReason; readonly stopWord: string | undefined };

/** The parts of one chunk of a streamed chat completion. */
export function chunkParts(chunk: JsonObject): readonly ChatPart[] {
  const choice = firstChoice(chunk);
  return [...usageParts(chunk), ...messageParts(choice['delta']), ...finishParts(choice, chunk)];
}

/** The parts of a whole chat completion. */
export function answerParts(answer: JsonObject): readonly ChatPart[] {
  const choice = firstChoice(answer);
  return [...usageParts(answer), ...messageParts(choice['message']), ...finishParts(choice, answer)];
}

export function newId(prefix: string): string {
  return `${prefix}_${randomBytes(12).toString('hex')}`;
}

function firstChoice({ choices }: JsonObject): JsonObject {
  const first: unknown = Array.isArray(choices) ? choices[0] : undefined;
  return isObject(first) ? first : {};
}

function usageParts({ usage, timings }: JsonObject): ChatPart[] {
  if (isObject(usage)) {
    const details = usage['prompt_tokens_details'];
    const cachedTokens = isObject(details) ? count(details['cached_tokens']) : 0;
    const inputTokens = count(usage['prompt_tokens']);
    return [{ type: 'usage', usage: { inputTokens, cachedTokens, outputTokens: count(usage['completion_tokens']) } }];
  }
  // llama.cpp says with every token what it has read so far; the usage proper comes last.
  if (!isObject(timings)) return [];
  const cachedTokens = count(timings['cache_n']);
  const inputTokens = cachedTokens + count(timings['prompt_n']);
  return [{ type: 'usage', usage: { inputTokens, cachedTokens, outputTokens: count(timings['predicted_n']) } }];
}

function messageParts(message: unknown): ChatPart[] {
  if (!isObject(message)) return [];
  const { reasoning_content: reasoning, content, tool_calls: calls } = message;
  return [
    ...(isText(reasoning) ? [{ type: 'reasoning', text: reasoning } as const] : []),
    ...(isText(content) ? [{ type: 'text', text: content } as const] : []),
    ...(Array.isArray(calls) ? calls.flatMap(callParts) : []),
  ];
}

function callParts(call: unknown, position: number): ChatPart[] {
  if (!isObject(call)) return [];
  const { index: given, id, function: called } = call;
  const { name, arguments: text } = isObject(called) ? called : ({} as JsonObject);
  const index = typeof given === 'number' ? given : position;
  return [
    ...(isText(name) ? [{ type: 'call', index, id: isText(id) ? id : newId('call'), name } as const] : []),
    ...(isText(text) ? [{ type: 'arguments', index, text } as const] : []),
  ];
}

function finishParts(choice: JsonObject, { __verbose: verbose }: JsonObject): ChatPart[] {
  const reason = choice['finish_reason'];
  if (!isText(reason)) return [];
  const stopWord = isObject(verbose) && isText(verbose['stopping_word']) ? verbose['stopping_word'] : undefined;
  const known = reason === 'length' || reason === 'tool_calls' ? reason : 'stop';
  return [{ type: 'finish', reason: known, stopWord }];
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
