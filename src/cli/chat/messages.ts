export interface ChatMessage {
  readonly role: 'system' | 'user' | 'assistant';
  readonly content: string;
}

/** Sampling parameters of a request, by their wire names. */
export type Sampling = Readonly<Record<string, number>>;

/** A conversation so far; slash commands change it. */
export interface ChatState {
  readonly model: string;
  system: string | undefined;
  sampling: Sampling;
  messages: readonly ChatMessage[];
}
