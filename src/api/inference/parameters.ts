import type { Operation } from '../http/route.ts';

type Check = (value: unknown) => boolean;

export interface ParameterRule {
  readonly expected: string;
  readonly check: Check;
}

const isArray = (value: unknown): value is unknown[] => Array.isArray(value);
const isText: Check = (value) => typeof value === 'string';
const isPlainObject: Check = (value) => typeof value === 'object' && value !== null && !isArray(value);

const text: ParameterRule = { expected: 'a string', check: isText };
const number: ParameterRule = { expected: 'a number', check: (value) => typeof value === 'number' };
const integer: ParameterRule = { expected: 'an integer', check: Number.isInteger };
const flag: ParameterRule = { expected: 'true or false', check: (value) => typeof value === 'boolean' };
const object: ParameterRule = { expected: 'an object', check: isPlainObject };
const objects: ParameterRule = {
  expected: 'an array of objects',
  check: (value) => isArray(value) && value.every(isPlainObject),
};
const texts: ParameterRule = {
  expected: 'a string or an array of strings',
  check: (value) => isText(value) || (isArray(value) && value.every(isText)),
};
const input: ParameterRule = {
  expected: 'a string, or an array of strings or tokens that is not empty',
  check: (value) =>
    isText(value) ||
    (isArray(value) &&
      value.length > 0 &&
      value.every((item) => isText(item) || Number.isInteger(item) || (isArray(item) && item.every(Number.isInteger)))),
};
const textOrObject: ParameterRule = {
  expected: 'a string or an object',
  check: (value) => isText(value) || isPlainObject(value),
};
const biases: ParameterRule = {
  expected: 'an object or an array',
  check: (value) => isPlainObject(value) || isArray(value),
};
const messages: ParameterRule = {
  expected: 'an array of messages, each an object with a role',
  check: (value) =>
    isArray(value) &&
    value.every((item) => typeof item === 'object' && item !== null && 'role' in item && typeof item.role === 'string'),
};

/** What a request wants of its runner; read by us and not by the engine. Checked where it is read. */
const ofRunner: Readonly<Record<string, ParameterRule>> = {
  keep_alive: { expected: 'a duration', check: () => true },
  context_size: integer,
  num_ctx: integer,
};

// The engine takes a default for a value of the wrong type and says nothing, so types are checked here.
const common: Readonly<Record<string, ParameterRule>> = {
  model: text,
  stream: flag,
  stream_options: object,
  temperature: number,
  top_p: number,
  top_k: integer,
  min_p: number,
  typical_p: number,
  presence_penalty: number,
  frequency_penalty: number,
  repeat_penalty: number,
  max_tokens: integer,
  max_completion_tokens: integer,
  n_predict: integer,
  n: integer,
  seed: integer,
  stop: texts,
  logit_bias: biases,
  response_format: object,
  json_schema: object,
  grammar: text,
  ignore_eos: flag,
  cache_prompt: flag,
  ...ofRunner,
};

const ofOperation: Readonly<Record<Operation, Readonly<Record<string, ParameterRule>>>> = {
  'chat/completions': {
    ...common,
    messages,
    tools: objects,
    tool_choice: textOrObject,
    parallel_tool_calls: flag,
    logprobs: flag,
    top_logprobs: integer,
    chat_template_kwargs: object,
    reasoning_effort: text,
    reasoning_format: text,
    add_generation_prompt: flag,
  },
  completions: { ...common, prompt: input, logprobs: integer, echo: flag, suffix: text },
  embeddings: { model: text, input, encoding_format: text, ...ofRunner },
};

/** What the operation cannot do without. */
export const required: Readonly<Record<Operation, string>> = {
  'chat/completions': 'messages',
  completions: 'prompt',
  embeddings: 'input',
};

export function ruleOf(operation: Operation, name: string): ParameterRule | undefined {
  const rules = ofOperation[operation];
  return Object.hasOwn(rules, name) ? rules[name] : undefined;
}

/** Parameters that would change the answer and that no llama.cpp honours: refused, with what to do instead. */
const refused: Readonly<Record<string, { readonly when: Check; readonly hint: string }>> = {
  audio: { when: () => true, hint: 'Local models answer with text only.' },
  modalities: {
    when: (value) => isArray(value) && value.some((item) => item !== 'text'),
    hint: 'Local models answer with text only.',
  },
  web_search_options: { when: () => true, hint: 'Local models do not search the web.' },
  functions: { when: () => true, hint: 'Use "tools".' },
  function_call: { when: () => true, hint: 'Use "tool_choice".' },
  dimensions: { when: () => true, hint: 'The model decides how long its embeddings are; leave "dimensions" out.' },
  best_of: { when: (value) => value !== 1, hint: 'Use "n", or leave "best_of" out.' },
};

export function refusal(name: string, value: unknown): { readonly hint: string } | undefined {
  const rule = Object.hasOwn(refused, name) ? refused[name] : undefined;
  return rule?.when(value) ? rule : undefined;
}

/** What llama.cpp reads besides the parameters above. */
const engineParameters = new Set(
  `add_generation_prompt adaptive_decay adaptive_target backend_sampling chat_format chat_template_kwargs content continue_final_message
  dry_allowed_length dry_base dry_multiplier dry_penalty_last_n dry_sequence_breakers dynatemp_exponent dynatemp_range embd_normalize
  enable_thinking generation_prompt grammar_lazy grammar_triggers id_slot lora min_keep mirostat mirostat_eta mirostat_tau n_cache_reuse
  n_cmpl n_discard n_indent n_keep n_probs parse_tool_calls post_sampling_probs preserved_tokens reasoning_budget_tokens
  reasoning_control repeat_last_n response_fields return_progress return_tokens samplers sse_ping_interval t_max_predict_ms
  t_max_prompt_ms thinking_budget_tokens thinking_forced_open timings_per_token top_n_sigma verbose xtc_probability xtc_threshold`.split(
    /\s+/,
  ),
);

/** Whether the engine reads the parameter at all. */
export function isHonoured(operation: Operation, name: string): boolean {
  return (
    ruleOf(operation, name) !== undefined ||
    engineParameters.has(name) ||
    name.startsWith('speculative.') ||
    Object.hasOwn(refused, name)
  );
}
