import { z } from 'zod';
import { invalid, readAs } from '../chat/read-request.ts';
import type { JsonObject } from '../inference/engine.ts';
import { readTools } from './read-tools.ts';
import { readTurns } from './read-turns.ts';

export interface MessageRequest {
  readonly model: string;
  readonly stream: boolean;
  /** The same question in the language of chat completions. */
  readonly chat: JsonObject;
  /** Parameters without effect; the client is told. */
  readonly ignored: readonly string[];
}

const whole = z.int().min(1);
const schemaFormat = z.looseObject({ type: z.literal('json_schema'), schema: z.record(z.string(), z.unknown()) });
const request = z.looseObject({
  model: z.string().trim().min(1, 'it is empty'),
  max_tokens: whole.nullish(),
  stream: z.boolean().nullish(),
  stop_sequences: z.array(z.string().min(1, 'a stop sequence is empty')).nullish(),
  temperature: z.number().min(0).nullish(),
  top_p: z.number().min(0).max(1).nullish(),
  top_k: z.int().min(0).nullish(),
  metadata: z.looseObject({ user_id: z.string().nullish() }).nullish(),
  thinking: z
    .discriminatedUnion('type', [
      z.looseObject({ type: z.literal('enabled'), budget_tokens: whole }),
      z.looseObject({ type: z.literal('adaptive') }),
      z.looseObject({ type: z.literal('disabled') }),
    ])
    .nullish(),
  output_config: z
    .looseObject({
      effort: z.enum(['low', 'medium', 'high', 'xhigh', 'max']).nullish(),
      format: schemaFormat.nullish(),
    })
    .nullish(),
  output_format: schemaFormat.nullish(),
});

type Fields = z.output<typeof request>;

/** What changes the answer and cannot be had from a local model. */
const refused: Readonly<Record<string, string>> = {
  container: 'Local models run no code.',
  mcp_servers: 'Connect MCP servers in the client; their tools can be passed in "tools".',
};

/** Read here, or about billing and caching, which a local model does not have. */
const known = new Set(
  `${Object.keys(request.shape).join(' ')} messages system tools tool_choice cache_control service_tier inference_geo
  keep_alive context_size num_ctx`.split(/\s+/),
);

/** Reads a request of the Messages API. @throws AppError `request.invalid` naming the parameter */
export function readMessageRequest(body: JsonObject): MessageRequest {
  if (body['model'] == null || body['model'] === '') {
    throw invalid('model', 'model is required', 'Name a model in "model"; GET /anthropic/v1/models lists them.');
  }
  const fields = readAs(request, body);
  for (const [name, hint] of Object.entries(refused)) {
    const value = body[name];
    if (value == null || (Array.isArray(value) && value.length === 0)) continue;
    throw invalid(name, `The parameter "${name}" is not supported here.`, hint);
  }
  const { messages, ignored } = readTurns(body['system'], body['messages']);
  return {
    model: fields.model,
    stream: fields.stream === true,
    chat: {
      messages,
      ...readTools(body['tools'], body['tool_choice']),
      ...sampling(fields),
      ...reasoning(fields),
      ...format(fields),
    },
    ignored: [...Object.keys(body).filter((name) => !known.has(name) && body[name] !== null), ...ignored],
  };
}

function sampling(fields: Fields): JsonObject {
  const { max_tokens, stop_sequences: stop, temperature, top_p, top_k } = fields;
  const set = Object.entries({ max_tokens, temperature, top_p, top_k }).filter(([, value]) => value != null);
  // Only a verbose answer says which stop sequence ended it.
  const stopping = stop && stop.length > 0 ? { stop, verbose: true } : {};
  return { ...Object.fromEntries(set), ...stopping };
}

/** Without `thinking` a model does what its settings say. */
function reasoning({ thinking, output_config: output }: Fields): JsonObject {
  const effort = output?.effort;
  // Templates know no more than "high".
  const wanted = effort === 'xhigh' || effort === 'max' ? 'high' : effort;
  const strength = wanted == null ? {} : { reasoning_effort: wanted };
  switch (thinking?.type) {
    case undefined:
      return strength;
    case 'disabled':
      return { ...strength, chat_template_kwargs: { enable_thinking: false }, thinking_budget_tokens: 0 };
    case 'adaptive':
      return { ...strength, chat_template_kwargs: { enable_thinking: true } };
    case 'enabled':
      return {
        ...strength,
        chat_template_kwargs: { enable_thinking: true },
        thinking_budget_tokens: thinking.budget_tokens,
      };
  }
}

function format({ output_config: output, output_format: older }: Fields): JsonObject {
  const wanted = output?.format ?? older;
  if (wanted == null) return {};
  const json_schema = { name: 'answer', schema: wanted.schema, strict: true };
  return { response_format: { type: 'json_schema', json_schema } };
}
