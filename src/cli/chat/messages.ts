export type ContentPart =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'image_url'; readonly image_url: { readonly url: string } };

export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  /** Text, or text and images. */
  readonly content: string | readonly ContentPart[];
}

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
