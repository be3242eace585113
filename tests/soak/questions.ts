import type { Random } from '#testing';

/** One request of a client, and how its answer is known to be whole. */
export interface Question {
  readonly api: string;
  readonly path: string;
  readonly body: object;
  readonly stream: boolean;
  /** Whether a text is an answer to its end. */
  readonly isWhole: (text: string) => boolean;
  /** Whether a stream ended with an error event. */
  readonly isFailed?: (text: string) => boolean;
}

type Make = (asked: { model: string; random: Random }) => Question;

/** Every API that answers with a model, streamed and whole. Few tokens: the soak is about what happens around them. */
const apis: readonly Make[] = [
  ({ model, random }) => {
    const stream = random.chance(0.5);
    const fields = { model, stream, messages: words(random), max_tokens: tokens(random) };
    const paths = ['/v1/chat/completions', '/engines/v1/chat/completions', '/engines/llama.cpp/v1/chat/completions'];
    return { api: 'chat', path: random.pick(paths), body: fields, stream, ...openAi(stream) };
  },
  ({ model, random }) => {
    const stream = random.chance(0.5);
    const body = { model, stream, prompt: `Count: ${random.below(100)}`, max_tokens: tokens(random) };
    return { api: 'completions', path: '/v1/completions', body, stream, ...openAi(stream) };
  },
  ({ model, random }) => {
    const stream = random.chance(0.5);
    const body = { model, stream, messages: words(random), options: { num_predict: tokens(random) } };
    return { api: 'ollama chat', path: '/api/chat', body, stream, ...ollama };
  },
  ({ model, random }) => {
    const stream = random.chance(0.5);
    const body = { model, stream, prompt: `Count: ${random.below(100)}`, options: { num_predict: tokens(random) } };
    return { api: 'ollama generate', path: '/api/generate', body, stream, ...ollama };
  },
  ({ model, random }) => {
    const stream = random.chance(0.5);
    const body = { model, stream, messages: words(random), max_tokens: tokens(random) };
    return {
      api: 'messages',
      path: '/anthropic/v1/messages',
      body,
      stream,
      isWhole: (text) => (stream ? text.includes('event: message_stop') : 'stop_reason' in parsed(text)),
      isFailed: (text) => text.includes('event: error'),
    };
  },
  ({ model, random }) => {
    const stream = random.chance(0.5);
    const input = `Count: ${random.below(100)}`;
    const body = { model, stream, input, max_output_tokens: tokens(random), store: random.chance(0.3) };
    return {
      api: 'responses',
      path: random.pick(['/v1/responses', '/responses']),
      body,
      stream,
      isWhole: (text) =>
        stream ? /event: response\.(completed|incomplete)/.test(text) : parsed(text)['object'] === 'response',
      isFailed: (text) => text.includes('event: response.failed'),
    };
  },
  ({ model, random }) => ({
    api: 'tokenize',
    path: '/tokenize',
    body: { model, content: `one two ${random.below(100)}` },
    stream: false,
    isWhole: (text) => Array.isArray(parsed(text)['tokens']),
  }),
  ({ model, random }) => ({
    api: 'count tokens',
    path: '/anthropic/v1/messages/count_tokens',
    body: { model, messages: words(random) },
    stream: false,
    isWhole: (text) => typeof parsed(text)['input_tokens'] === 'number',
  }),
];

/** Needs a model whose embeddings are pooled. */
const embeddings: readonly Make[] = [
  ({ model, random }) => ({
    api: 'embeddings',
    path: '/v1/embeddings',
    body: { model, input: [`a cat ${random.below(100)}`] },
    stream: false,
    isWhole: (text) => text.includes('"embedding":['),
  }),
  ({ model, random }) => ({
    api: 'ollama embed',
    path: '/api/embed',
    body: { model, input: `a dog ${random.below(100)}` },
    stream: false,
    isWhole: (text) => text.includes('"embeddings":['),
  }),
];

/** Every kind of question, for a model whose embeddings are pooled or for one that only chats. */
export function everyQuestion(random: Random, { model, pooled }: { model: string; pooled: boolean }): Question[] {
  return [...apis, ...(pooled ? embeddings : [])].map((make) => make({ model, random }));
}

function words(random: Random): object[] {
  return [{ role: 'user', content: `Say ${random.below(100)}` }];
}

function tokens(random: Random): number {
  return random.chance(0.05) ? 40 : 1 + random.below(4);
}

function openAi(stream: boolean): Pick<Question, 'isWhole' | 'isFailed'> {
  return {
    isWhole: (text) => (stream ? /data: \[DONE\]\s*$/.test(text) : text.includes('"finish_reason"')),
    isFailed: (text) => /data: \{"error":\{[^\n]*\}\s*$/.test(text),
  };
}

const ollama: Pick<Question, 'isWhole' | 'isFailed'> = {
  isWhole: (text) => parsed(lastLine(text))['done'] === true,
  isFailed: (text) => typeof parsed(lastLine(text))['error'] === 'string',
};

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
