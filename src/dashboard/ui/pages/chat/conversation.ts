export interface Stats {
  readonly tokensPerSecond?: number | undefined;
  readonly firstTokenMs?: number | undefined;
  /** Of question and answer together. */
  readonly totalTokens?: number | undefined;
}

export type Turn =
  | { readonly role: 'user'; readonly text: string; /** `data:` addresses. */ readonly images: readonly string[] }
  | {
      readonly role: 'assistant';
      readonly model: string;
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
  readonly seed: string;
}

export type Answer = Turn & { readonly role: 'assistant' };

export const noOptions: ChatOptions = { system: '', temperature: '', topP: '', maxTokens: '', seed: '' };
export const waitingTurn: Answer = { role: 'assistant', model: '', text: '', reasoning: '', state: 'waiting' };

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
    ...number('seed', options.seed),
  };
}

/** The command that asks so. */
export function runCommand(model: string, { system, temperature, topP, maxTokens, seed }: ChatOptions): string {
  const given: readonly (readonly [string, string])[] = [
    ['system', system],
    ['temperature', temperature],
    ['top-p', topP],
    ['max-tokens', maxTokens],
    ['seed', seed],
  ];
  const options = given.filter(([, value]) => value.trim() !== '').map(([name, value]) => ` --${name} ${word(value)}`);
  return `gantry run${options.join('')} ${model}`;
}

/** As a shell takes it. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

function contentOf(text: string, images: readonly string[]): Content {
  if (images.length === 0) return text;
  return [{ type: 'text', text }, ...images.map((url) => ({ type: 'image_url', image_url: { url } }))];
}
