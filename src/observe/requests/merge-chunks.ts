import { isObject, list, textOf, type JsonObject } from './json.ts';

/** The one object that a streamed chat or completion of OpenAI's API would have been. */
export function mergeChunks(chunks: readonly JsonObject[]): JsonObject {
  const whole: Record<string, unknown> = {};
  const choices = new Map<number, Record<string, unknown>>();
  for (const chunk of chunks) {
    for (const [name, value] of Object.entries(chunk)) {
      if (name !== 'choices' && (value ?? undefined) !== undefined) whole[name] = value;
    }
    for (const choice of list(chunk['choices'])) if (isObject(choice)) mergeChoice(choices, choice);
  }
  if (whole['object'] === 'chat.completion.chunk') whole['object'] = 'chat.completion';
  const merged = [...choices.values()].toSorted((a, b) => Number(a['index']) - Number(b['index']));
  return { ...whole, choices: merged };
}

function mergeChoice(choices: Map<number, Record<string, unknown>>, { delta, ...choice }: JsonObject): void {
  const index = typeof choice['index'] === 'number' ? choice['index'] : 0;
  const whole = choices.get(index) ?? { index };
  choices.set(index, whole);
  for (const [name, value] of Object.entries(choice)) {
    if (name === 'text') whole['text'] = textOf(whole['text']) + textOf(value);
    else if (name === 'logprobs') whole['logprobs'] = mergeLogprobs(whole['logprobs'], value);
    else if ((value ?? undefined) !== undefined) whole[name] = value;
  }
  if (!isObject(delta)) return;
  // llama.cpp leaves the role out when the first token is a part of a character.
  const message: Record<string, unknown> = isObject(whole['message']) ? { ...whole['message'] } : { role: 'assistant' };
  for (const [name, value] of Object.entries(delta)) {
    if (name === 'tool_calls') message[name] = mergeCalls(list(message[name]), list(value));
    else if (name === 'role' || typeof value !== 'string') message[name] = value ?? message[name];
    else message[name] = textOf(message[name]) + value;
  }
  whole['message'] = message;
}

function mergeLogprobs(whole: unknown, part: unknown): unknown {
  if (!isObject(part)) return whole;
  return { ...part, content: [...list(isObject(whole) ? whole['content'] : []), ...list(part['content'])] };
}

function mergeCalls(whole: readonly unknown[], parts: readonly unknown[]): readonly unknown[] {
  const calls = new Map<unknown, JsonObject>();
  for (const part of [...whole, ...parts]) {
    if (!isObject(part)) continue;
    const key = part['index'] ?? calls.size;
    calls.set(key, mergeCall(calls.get(key) ?? {}, part));
  }
  return [...calls.values()];
}

function mergeCall(whole: JsonObject, part: JsonObject): JsonObject {
  const [before, added] = [whole['function'], part['function']];
  if (!isObject(added)) return { ...whole, ...part };
  const known = isObject(before) ? before : {};
  const text = textOf(known['arguments']) + textOf(added['arguments']);
  return { ...whole, ...part, function: { ...known, ...added, arguments: text } };
}
