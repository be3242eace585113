import { isObject, list, textOf, type JsonObject } from './json.ts';

/** The message that a stream of Anthropic's events makes. */
export function mergeMessageEvents(events: readonly JsonObject[]): JsonObject {
  let message: JsonObject = {};
  const blocks = new Map<unknown, Record<string, unknown>>();
  for (const event of events) {
    const { type, index } = event;
    if (type === 'message_start' && isObject(event['message'])) message = event['message'];
    if (type === 'content_block_start' && isObject(event['content_block'])) {
      blocks.set(index, { ...event['content_block'] });
    }
    const block = blocks.get(index);
    const delta = event['delta'];
    if (type === 'content_block_delta' && block && isObject(delta)) grow(block, delta);
    if (type === 'message_delta' && isObject(delta)) {
      message = { ...message, ...delta, usage: { ...usageOf(message), ...usageOf(event) } };
    }
    if (type === 'error') message = { ...message, error: event['error'] };
  }
  return { ...message, content: [...blocks.values()].map(closed) };
}

/** The object that the lines of an Ollama answer make. */
export function mergeLines(lines: readonly JsonObject[]): JsonObject {
  let whole: JsonObject = {};
  for (const line of lines) {
    const next: Record<string, unknown> = { ...whole, ...line };
    for (const name of ['response', 'thinking']) {
      if (name in whole || name in line) next[name] = textOf(whole[name]) + textOf(line[name]);
    }
    if (isObject(line['message'])) next['message'] = mergeMessage(whole['message'], line['message']);
    whole = next;
  }
  return whole;
}

function mergeMessage(before: unknown, part: JsonObject): JsonObject {
  const known = isObject(before) ? before : {};
  const whole: Record<string, unknown> = { ...known, ...part };
  for (const name of ['content', 'thinking']) {
    if (name in whole) whole[name] = textOf(known[name]) + textOf(part[name]);
  }
  const calls = [...list(known['tool_calls']), ...list(part['tool_calls'])];
  return calls.length === 0 ? whole : { ...whole, tool_calls: calls };
}

function grow(block: Record<string, unknown>, { type: _type, ...delta }: JsonObject): void {
  for (const [name, value] of Object.entries(delta)) {
    block[name] = typeof value === 'string' ? textOf(block[name]) + value : value;
  }
}

/** A call's input came as fragments of its JSON. */
function closed({ partial_json: json, ...block }: JsonObject): JsonObject {
  if (typeof json !== 'string') return block;
  try {
    return { ...block, input: JSON.parse(json) as unknown };
  } catch {
    return { ...block, input: json };
  }
}

function usageOf({ usage }: JsonObject): JsonObject {
  return isObject(usage) ? usage : {};
}
