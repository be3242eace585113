import { z } from 'zod';
import { invalid, readAs } from '../chat/read-request.ts';
import type { JsonObject } from '../inference/engine.ts';
import { readTools, type ToolFields } from './read-tools.ts';

export interface ResponseRequest {
  readonly model: string;
  readonly stream: boolean;
  readonly store: boolean;
  readonly input: unknown;
  readonly instructions: string | undefined;
  readonly previousId: string | undefined;
  /** The request in the language of chat completions, without its messages. */
  readonly chat: JsonObject;
  /** What the response repeats. */
  readonly echo: JsonObject;
  readonly ignored: readonly string[];
}

const format = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('text') }),
  z.looseObject({ type: z.literal('json_object') }),
  z.looseObject({
    type: z.literal('json_schema'),
    name: z.string().min(1),
    schema: z.record(z.string(), z.unknown()),
    strict: z.boolean().nullish(),
    description: z.string().nullish(),
  }),
]);
const effort = z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh']).nullish();
const request = z.looseObject({
  model: z.string().trim().min(1, 'it is empty'),
  instructions: z.string().nullish(),
  previous_response_id: z.string().min(1).nullish(),
  stream: z.boolean().nullish(),
  store: z.boolean().nullish(),
  temperature: z.number().min(0).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  max_output_tokens: z.int().min(1).nullish(),
  metadata: z.record(z.string(), z.string()).nullish(),
  user: z.string().nullish(),
  safety_identifier: z.string().nullish(),
  prompt_cache_key: z.string().nullish(),
  reasoning: z.looseObject({ effort, summary: z.string().nullish() }).nullish(),
  reasoning_effort: effort,
  text: z.looseObject({ format: format.nullish(), verbosity: z.string().nullish() }).nullish(),
  include: z.array(z.string()).nullish(),
  stream_options: z.looseObject({ include_obfuscation: z.boolean().nullish() }).nullish(),
});

type Fields = z.output<typeof request>;

interface Refusal {
  readonly when: (value: unknown) => boolean;
  readonly hint: string;
}

/** What would change the answer and is not to be had here. */
const refused: Readonly<Record<string, Refusal>> = {
  background: { when: (value) => value !== false, hint: 'Use "stream", or wait for the answer.' },
  conversation: { when: () => true, hint: 'Use "previous_response_id".' },
  prompt: { when: () => true, hint: 'Prompt templates are kept on a server of OpenAI; send "instructions".' },
  truncation: {
    when: (value) => value !== 'disabled',
    hint: 'Leave out old items yourself, or set a larger contextSize.',
  },
  top_logprobs: { when: (value) => value !== 0, hint: 'Use /v1/chat/completions with "logprobs".' },
  service_tier: {
    when: (value) => value !== 'auto' && value !== 'default',
    hint: 'A model on this machine has one tier; leave "service_tier" out.',
  },
};

const logprobs = 'message.output_text.logprobs';

/** Read here, or about caching and accounting, which change no answer. */
const known = new Set(
  `${Object.keys({ ...request.shape, ...refused }).join(' ')} input tools tool_choice parallel_tool_calls max_tool_calls
  prompt_cache_retention prompt_cache_options keep_alive context_size num_ctx`.split(/\s+/),
);

/** Reads a request of the Responses API. @throws AppError `request.invalid` naming the parameter */
export function readResponseRequest(body: JsonObject): ResponseRequest {
  if (body['model'] == null || body['model'] === '') {
    throw invalid('model', 'model is required', 'Name a model in "model"; GET /v1/models lists them.');
  }
  for (const [name, { when, hint }] of Object.entries(refused)) {
    if (body[name] == null || !when(body[name])) continue;
    throw invalid(name, `This value of "${name}" is not supported here.`, hint);
  }
  const fields = readAs(request, body);
  if (fields.include?.includes(logprobs)) {
    throw invalid('include', `"${logprobs}" is not supported here.`, 'Use /v1/chat/completions with "logprobs".');
  }
  if (body['input'] == null) throw invalid('input', '"input" is required.');
  const tools = readTools(body);
  return {
    model: fields.model,
    stream: fields.stream === true,
    store: fields.store !== false,
    input: body['input'],
    instructions: fields.instructions ?? undefined,
    previousId: fields.previous_response_id ?? undefined,
    chat: { ...tools.chat, ...sampling(fields), ...reasoning(fields), ...responseFormat(fields) },
    echo: echo(fields, tools),
    ignored: ignored(body, fields),
  };
}

function sampling({ temperature, top_p, max_output_tokens: max_tokens }: Fields): JsonObject {
  return Object.fromEntries(Object.entries({ temperature, top_p, max_tokens }).filter(([, value]) => value != null));
}

/** Without an effort a model does what its settings say. */
function reasoning(fields: Fields): JsonObject {
  const wanted = fields.reasoning?.effort ?? fields.reasoning_effort;
  if (wanted == null) return {};
  if (wanted === 'none') return { chat_template_kwargs: { enable_thinking: false }, thinking_budget_tokens: 0 };
  // Templates know low, medium and high.
  const strength = wanted === 'minimal' ? 'low' : wanted === 'xhigh' ? 'high' : wanted;
  return { chat_template_kwargs: { enable_thinking: true }, reasoning_effort: strength };
}

function responseFormat({ text }: Fields): JsonObject {
  const wanted = text?.format;
  if (wanted == null || wanted.type === 'text') return {};
  if (wanted.type === 'json_object') return { response_format: { type: 'json_object' } };
  const { name, schema, strict } = wanted;
  const json_schema = { name, schema, ...(strict == null ? {} : { strict }) };
  return { response_format: { type: 'json_schema', json_schema } };
}

function echo(fields: Fields, { tools, toolChoice, parallel }: ToolFields): JsonObject {
  const wanted = fields.reasoning?.effort ?? fields.reasoning_effort ?? null;
  return {
    model: fields.model,
    background: false,
    instructions: fields.instructions ?? null,
    max_output_tokens: fields.max_output_tokens ?? null,
    metadata: fields.metadata ?? {},
    parallel_tool_calls: parallel,
    previous_response_id: fields.previous_response_id ?? null,
    prompt_cache_key: fields.prompt_cache_key ?? null,
    reasoning: { effort: wanted, summary: null },
    reasoning_effort: wanted,
    safety_identifier: fields.safety_identifier ?? null,
    service_tier: 'default',
    store: fields.store !== false,
    temperature: fields.temperature ?? null,
    text: { format: fields.text?.format ?? { type: 'text' } },
    tool_choice: toolChoice,
    tools,
    top_p: fields.top_p ?? null,
    truncation: 'disabled',
    user: fields.user ?? null,
  };
}

function ignored(
  body: JsonObject,
  { reasoning: asked, text, include, stream_options: options }: Fields,
): readonly string[] {
  return [
    ...Object.keys(body).filter((name) => !known.has(name) && body[name] !== null),
    ...(asked?.summary == null ? [] : ['reasoning.summary']),
    ...(text?.verbosity == null || text.verbosity === 'medium' ? [] : ['text.verbosity']),
    ...(include?.includes('reasoning.encrypted_content') ? ['include.reasoning.encrypted_content'] : []),
    ...(options?.include_obfuscation === true ? ['stream_options.include_obfuscation'] : []),
  ];
}
