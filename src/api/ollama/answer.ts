import { AppError } from '#core';
import { isObject } from '../http/body.ts';
import type { JsonObject } from '../inference/engine.ts';

export interface ToolCall {
  readonly function: { readonly index: number; readonly name: string; readonly arguments: JsonObject };
}

/** A part of an answer, as it comes. */
export interface Piece {
  readonly content?: string | undefined;
  readonly thinking?: string | undefined;
  readonly toolCalls?: readonly ToolCall[] | undefined;
  readonly logprobs?: readonly unknown[] | undefined;
}

/** How an answer ended, and what it took at the runner. */
export interface Ending {
  readonly reason: 'stop' | 'length';
  readonly promptTokens: number;
  readonly promptMs: number;
  readonly answerTokens: number;
  readonly answerMs: number;
}

/**
 * Reads the events of chat completions, completions and infills alike. Tool calls come in fragments and are passed on whole,
 * since Ollama's clients expect their arguments as objects.
 */
export async function* piecesOf(events: AsyncIterable<JsonObject>): AsyncGenerator<Piece, Ending> {
  const calls = new Map<number, { name: string; text: string }>();
  let reason: string | undefined;
  let usage: JsonObject = {};
  let timings: JsonObject = {};
  for await (const event of events) {
    usage = objectOf(event['usage']) ?? usage;
    timings = objectOf(event['timings']) ?? timings;
    const choice = objectOf(listOf(event['choices'])[0]);
    const delta = objectOf(choice?.['delta']) ?? {};
    reason = textOf(choice?.['finish_reason']) ?? (event['stop_type'] === 'limit' ? 'length' : undefined) ?? reason;
    for (const fragment of listOf(delta['tool_calls'])) collect(fragment, calls);
    const piece: Piece = {
      content: textOf(delta['content']) ?? textOf(choice?.['text']) ?? textOf(event['content']),
      thinking: textOf(delta['reasoning_content']),
      logprobs: logprobsOf(choice?.['logprobs']),
    };
    if (piece.content || piece.thinking || piece.logprobs) yield piece;
  }
  const cut = reason === 'length';
  const toolCalls = wholeCalls(calls, { cut });
  if (toolCalls.length > 0) yield { toolCalls };
  return { reason: cut ? 'length' : 'stop', ...measured(usage, timings) };
}

function collect(fragment: unknown, calls: Map<number, { name: string; text: string }>): void {
  const call = objectOf(fragment);
  const index = numberOf(call?.['index']) ?? 0;
  const made = objectOf(call?.['function']);
  const known = calls.get(index) ?? { name: '', text: '' };
  calls.set(index, {
    name: known.name + (textOf(made?.['name']) ?? ''),
    text: known.text + (textOf(made?.['arguments']) ?? ''),
  });
}

/** A call that the end of the answer cut off is not one; the reason `length` says so. */
function wholeCalls(
  calls: ReadonlyMap<number, { name: string; text: string }>,
  { cut }: { cut: boolean },
): readonly ToolCall[] {
  const whole: ToolCall[] = [];
  for (const [index, { name, text }] of calls) {
    const given = parsed(text === '' ? '{}' : text);
    if (given !== undefined) whole.push({ function: { index, name, arguments: given } });
    else if (!cut) {
      throw new AppError('backend.failed', `The model called ${name} with arguments that are not a JSON object.`, {
        params: { tool: name.slice(0, 100) },
      });
    }
  }
  return whole;
}

function parsed(text: string): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function measured(usage: JsonObject, timings: JsonObject): Omit<Ending, 'reason'> {
  const read = (numberOf(timings['prompt_n']) ?? 0) + (numberOf(timings['cache_n']) ?? 0);
  return {
    promptTokens: numberOf(usage['prompt_tokens']) ?? read,
    promptMs: numberOf(timings['prompt_ms']) ?? 0,
    answerTokens: numberOf(usage['completion_tokens']) ?? numberOf(timings['predicted_n']) ?? 0,
    answerMs: numberOf(timings['predicted_ms']) ?? 0,
  };
}

function logprobsOf(value: unknown): readonly unknown[] | undefined {
  const tokens = listOf(objectOf(value)?.['content']).map(objectOf);
  if (tokens.length === 0) return undefined;
  return tokens.map((token) => {
    const others = listOf(token?.['top_logprobs']).map((other) => tokenOf(objectOf(other)));
    return { ...tokenOf(token), ...(others.length === 0 ? {} : { top_logprobs: others }) };
  });
}

function tokenOf(token: JsonObject | undefined): JsonObject {
  return { token: token?.['token'], logprob: token?.['logprob'], bytes: token?.['bytes'] };
}

function objectOf(value: unknown): JsonObject | undefined {
  return isObject(value) ? value : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as readonly unknown[]) : [];
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}
