import { AppError } from '#core';
import { isObject } from '../http/body.ts';
import { newId, type ChatPart, type ChatUsage, type FinishReason } from '../chat/chat-parts.ts';

export type StopReason = 'end_turn' | 'max_tokens' | 'stop_sequence' | 'tool_use';

export type ContentBlock =
  | { readonly type: 'text'; text: string }
  | { readonly type: 'thinking'; thinking: string; readonly signature: '' }
  | { readonly type: 'tool_use'; readonly id: string; readonly name: string; input: unknown };

interface Usage {
  readonly input_tokens: number;
  readonly cache_creation_input_tokens: 0;
  readonly cache_read_input_tokens: number;
  readonly output_tokens: number;
}

export interface Message {
  readonly id: string;
  readonly type: 'message';
  readonly role: 'assistant';
  readonly model: string;
  readonly content: readonly ContentBlock[];
  readonly stop_reason: StopReason | null;
  readonly stop_sequence: string | null;
  readonly usage: Usage;
}

export interface MessageEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Makes a message of the parts of an answer and tells, on the way, the events that stream it. */
export interface MessageBuilder {
  /** @throws AppError `backend.failed` for a call that is no call */
  add(part: ChatPart): readonly MessageEvent[];
  /** @throws AppError `backend.failed` */
  end(): readonly MessageEvent[];
  /** Whole after `end`. */
  message(): Message;
}

export function createMessageBuilder(model: string): MessageBuilder {
  const id = newId('msg');
  const content: ContentBlock[] = [];
  let usage: ChatUsage = { inputTokens: 0, cachedTokens: 0, outputTokens: 0 };
  let finish: { reason: FinishReason; stopWord: string | undefined } = { reason: 'stop', stopWord: undefined };
  let started = false;
  let open: { readonly block: ContentBlock; readonly call: number | undefined; json: string } | undefined;

  const message = (): Message => ({
    id,
    type: 'message',
    role: 'assistant',
    model,
    content,
    ...stop(finish, content),
    usage: shownUsage(usage),
  });

  // Only now is it known how long the prompt was, which the first event says.
  function start(): MessageEvent[] {
    if (started) return [];
    started = true;
    const empty = { ...message(), content: [], stop_reason: null, stop_sequence: null };
    return [{ type: 'message_start', message: empty }, { type: 'ping' }];
  }

  function close(): MessageEvent[] {
    if (open === undefined) return [];
    const { block, json } = open;
    const index = content.length - 1;
    open = undefined;
    if (block.type === 'tool_use') finishCall(block, { json, cut: finish.reason === 'length', content });
    const signed = block.type === 'thinking' ? [delta(index, { type: 'signature_delta', signature: '' })] : [];
    return [...signed, { type: 'content_block_stop', index }];
  }

  function begin(block: ContentBlock, call?: number): MessageEvent[] {
    const closed = close();
    content.push(block);
    open = { block, call, json: '' };
    return [...closed, { type: 'content_block_start', index: content.length - 1, content_block: { ...block } }];
  }

  function addText(text: string): MessageEvent[] {
    const events = open?.block.type === 'text' ? [] : begin({ type: 'text', text: '' });
    if (open?.block.type === 'text') open.block.text += text;
    return [...events, delta(content.length - 1, { type: 'text_delta', text })];
  }

  function addThinking(thinking: string): MessageEvent[] {
    const events = open?.block.type === 'thinking' ? [] : begin({ type: 'thinking', thinking: '', signature: '' });
    if (open?.block.type === 'thinking') open.block.thinking += thinking;
    return [...events, delta(content.length - 1, { type: 'thinking_delta', thinking })];
  }

  function addArguments(call: number, text: string): MessageEvent[] {
    if (open?.call !== call) throw new AppError('backend.failed', 'The model mixed up the arguments of its calls.');
    open.json += text;
    return [delta(content.length - 1, { type: 'input_json_delta', partial_json: text })];
  }

  return {
    add(part) {
      switch (part.type) {
        case 'usage':
          usage = part.usage;
          return [];
        case 'finish':
          finish = part;
          return [];
        case 'text':
          return [...start(), ...addText(part.text)];
        case 'reasoning':
          return [...start(), ...addThinking(part.text)];
        case 'call':
          return [...start(), ...begin({ type: 'tool_use', id: part.id, name: part.name, input: {} }, part.index)];
        case 'arguments':
          return [...start(), ...addArguments(part.index, part.text)];
      }
    },
    end() {
      const begun = start();
      const closed = close();
      const { stop_reason, stop_sequence } = message();
      return [
        ...begun,
        ...closed,
        { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: shownUsage(usage) },
        { type: 'message_stop' },
      ];
    },
    message,
  };
}

function delta(index: number, change: object): MessageEvent {
  return { type: 'content_block_delta', index, delta: change };
}

/** A call whose arguments were cut off by max_tokens is left out: half an object is none. */
function finishCall(
  block: Extract<ContentBlock, { type: 'tool_use' }>,
  { json, cut, content }: { json: string; cut: boolean; content: ContentBlock[] },
): void {
  const input = parseInput(json);
  if (input !== undefined) block.input = input;
  else if (cut) content.pop();
  else throw new AppError('backend.failed', `The model called "${block.name}" with arguments that are not an object.`);
}

function parseInput(json: string): unknown {
  try {
    const value: unknown = json === '' ? {} : JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function stop(
  { reason, stopWord }: { reason: FinishReason; stopWord: string | undefined },
  content: readonly ContentBlock[],
): Pick<Message, 'stop_reason' | 'stop_sequence'> {
  const called = content.some(({ type }) => type === 'tool_use');
  if (reason === 'length') return { stop_reason: 'max_tokens', stop_sequence: null };
  if (called) return { stop_reason: 'tool_use', stop_sequence: null };
  if (stopWord !== undefined) return { stop_reason: 'stop_sequence', stop_sequence: stopWord };
  return { stop_reason: 'end_turn', stop_sequence: null };
}

function shownUsage({ inputTokens, cachedTokens, outputTokens }: ChatUsage): Usage {
  return {
    input_tokens: inputTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: outputTokens,
  };
}
