import { textLength, type ChatMessage } from './messages.ts';

export interface Trimmed {
  readonly messages: readonly ChatMessage[];
  /** Exchanges (a question and its answer) that were left out. */
  readonly dropped: number;
}

/**
 * Leaves out the oldest exchanges of a conversation that does not fit, at least one, as many as the excess of tokens asks
 * for. The system message and the last question stay; undefined when nothing else is left to drop.
 */
export function trimConversation(
  messages: readonly ChatMessage[],
  { promptTokens, contextSize }: { promptTokens: number | undefined; contextSize: number | undefined },
): Trimmed | undefined {
  const kept = [...messages];
  const start = kept[0]?.role === 'system' ? 1 : 0;
  const characters = (list: readonly ChatMessage[]): number => list.reduce((sum, one) => sum + textLength(one), 0);
  const share = promptTokens && contextSize && promptTokens > contextSize ? 1 - contextSize / promptTokens : 0;
  const excess = characters(messages) * share;
  let dropped = 0;
  let removed = 0;
  while (kept.length - start > 1 && (dropped === 0 || removed < excess)) {
    const next = kept.findIndex((message, index) => index > start && message.role === 'user');
    const count = next === -1 ? 1 : next - start;
    removed += characters(kept.splice(start, count));
    dropped += 1;
  }
  return dropped === 0 ? undefined : { messages: kept, dropped };
}
