import type { Message, ToolSpec } from './types.ts';

/** Tokens, estimated from characters: about four a token in English, fewer in other scripts; rather too many than too few. */
export function estimateTokens(messages: readonly Message[], tools: readonly ToolSpec[]): number {
  const texts = [
    ...messages.map((message) => {
      if (message.role === 'assistant') return message.content + JSON.stringify(message.toolCalls);
      return message.role === 'user' ? message.content + (message.attachments ?? '') : message.content;
    }),
    ...tools.map((tool) => JSON.stringify(tool)),
  ];
  return texts.reduce((sum, text) => sum + tokensOf(text), 0) + 8 * messages.length;
}

function tokensOf(text: string): number {
  const wide = text.match(/[\u0300-\u{10ffff}]/gu)?.length ?? 0;
  return Math.ceil((text.length - wide) / 3.2 + wide * 1.2);
}

export interface Compaction {
  readonly messages: readonly Message[];
  readonly removedLength: number;
}

const left = (length: number): string =>
  `[${length} characters were left out to make room; call the tool again if they are needed]`;

/**
 * Makes a conversation fit: first old results of tools lose their text, then the oldest turns go. The system's message and the last
 * turn stay, and a call never loses its answer. Pure: the same conversation is cut the same way.
 */
export function compact(
  messages: readonly Message[],
  { tools, maxTokens }: { readonly tools: readonly ToolSpec[]; readonly maxTokens: number },
): Compaction {
  let current = messages;
  let removedLength = 0;
  const fits = (): boolean => estimateTokens(current, tools) <= maxTokens;
  const lastUser = messages.findLastIndex(({ role }) => role === 'user');
  // Of the turn under way, the last results stay longest.
  for (const index of emptiable(messages, lastUser)) {
    if (fits()) return { messages: current, removedLength };
    const message = current[index];
    if (message?.role !== 'tool') continue;
    const replacement = left(message.content.length);
    if (replacement.length >= message.content.length) continue;
    removedLength += message.content.length - replacement.length;
    current = current.with(index, { ...message, content: replacement });
  }
  while (!fits()) {
    const first = current.findIndex(({ role }) => role !== 'system');
    const next = current.findIndex(({ role }, index) => index > first && role === 'user');
    if (first === -1 || next === -1) break;
    removedLength += current.slice(first, next).reduce((sum, { content }) => sum + content.length, 0);
    current = [...current.slice(0, first), ...current.slice(next)];
  }
  return { messages: current, removedLength };
}

function emptiable(messages: readonly Message[], lastUser: number): readonly number[] {
  const results = messages.flatMap(({ role }, index) => (role === 'tool' ? [index] : []));
  const old = results.filter((index) => index < lastUser);
  const current = results.filter((index) => index > lastUser);
  return [...old, ...current.slice(0, -1)];
}
