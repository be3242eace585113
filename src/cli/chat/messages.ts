export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  /** Text, or text and images. */
  readonly content: string | readonly ContentPart[];
}

/** What comes between a question and its answer where the model calls a tool; not part of what is kept. */
export type ToolTurn =
  | {
      readonly role: 'assistant';
      readonly content: string;
      readonly tool_calls: readonly {
        readonly id: string;
        readonly type: 'function';
        readonly function: { readonly name: string; readonly arguments: string };
      }[];
    }
  | { readonly role: 'tool'; readonly tool_call_id: string; readonly content: string };

/** Characters of text; what an image costs is the model's matter. */
export function textLength({ content }: ChatMessage): number {
  if (typeof content === 'string') return content.length;
  return content.reduce((sum, part) => sum + (part.type === 'text' ? part.text.length : 0), 0);
}

/** Sampling parameters of a request, by their wire names. */
export type Sampling = Readonly<Record<string, number>>;

/** A conversation so far; slash commands change it. */
export interface ChatState {
  model: string;
  system: string | undefined;
  sampling: Sampling;
  messages: readonly ChatMessage[];
}
