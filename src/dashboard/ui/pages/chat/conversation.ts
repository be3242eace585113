export interface Stats {
  readonly tokensPerSecond: number | undefined;
  readonly firstTokenMs: number | undefined;
  /** Of question and answer together. */
  readonly totalTokens: number | undefined;
}

export type Turn =
  | { readonly role: 'user'; readonly text: string; /** `data:` addresses. */ readonly images: readonly string[] }
  | {
      readonly role: 'assistant';
      readonly text: string;
      readonly reasoning: string;
      readonly state: 'waiting' | 'answering' | 'done' | 'stopped' | 'failed';
      readonly problem?: string | undefined;
      readonly stats?: Stats | undefined;
    };

export interface ChatOptions {
  readonly system: string;
  /** Texts of fields; empty is as the model is set up. */
  readonly temperature: string;
  readonly topP: string;
  readonly maxTokens: string;
}

export const waitingTurn: Turn = { role: 'assistant', text: '', reasoning: '', state: 'waiting' };

/** The question at `at` with another text; what came after it is gone. */
export function edited(turns: readonly Turn[], at: number, text: string): readonly Turn[] {
  const turn = turns[at];
  return turn?.role === 'user' ? [...turns.slice(0, at), { ...turn, text }] : turns;
}

/** Without the last answer. */
export function unanswered(turns: readonly Turn[]): readonly Turn[] {
  return turns.at(-1)?.role === 'assistant' ? turns.slice(0, -1) : turns;
}

type Content = string | readonly object[];

/** What is asked of the API. Answers that failed or were stopped before their first word are no part of it. */
export function chatRequest(model: string, turns: readonly Turn[], options: ChatOptions): object {
  const messages: { role: string; content: Content }[] = [];
  if (options.system.trim() !== '') messages.push({ role: 'system', content: options.system });
  for (const turn of turns) {
    if (turn.role === 'user') messages.push({ role: 'user', content: contentOf(turn.text, turn.images) });
    else if (turn.text !== '') messages.push({ role: 'assistant', content: turn.text });
  }
  const number = (name: string, text: string): object =>
    text.trim() !== '' && Number.isFinite(Number(text)) ? { [name]: Number(text) } : {};
  return {
    model,
    messages,
    stream: true,
    stream_options: { include_usage: true },
    ...number('temperature', options.temperature),
    ...number('top_p', options.topP),
    ...number('max_tokens', options.maxTokens),
  };
}

function contentOf(text: string, images: readonly string[]): Content {
  if (images.length === 0) return text;
  return [{ type: 'text', text }, ...images.map((url) => ({ type: 'image_url', image_url: { url } }))];
}
