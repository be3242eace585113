import { isObject } from '../../http/body.ts';
import type { JsonObject } from '../json.ts';
import type { RunnerFacts } from '../runner-facts.ts';
import { answerGrammar } from './call-grammar.ts';
import { invalid, readTools, type ToolWish } from './read-tools.ts';
import { renderMessages, speaksOfTools } from './render-messages.ts';

/** A chat that not every runner can answer as it is asked. */
export interface ChatPlan {
  /** What to ask a runner, now that it is known what its template can do. @throws AppError `request.invalid` */
  for(facts: RunnerFacts): PlannedChat;
}

export interface PlannedChat {
  readonly body: JsonObject;
  /** Whether the answer holds calls as text, which are to be told from it. */
  readonly readsCalls: boolean;
}

/**
 * Plans a chat with tools or a form for its answer; undefined for any other, which goes to the runner as it is.
 *
 * Templates that know tools keep their own way where the model is free to call or not. A call that must come, and JSON that must be
 * valid, are constrained by a grammar of ours with every template: the runner's own keeps not all that a schema says.
 * @throws AppError `request.invalid` with `param`
 */
export function planChat(fields: JsonObject): ChatPlan | undefined {
  const wish = readTools(fields);
  const form = readForm(fields);
  const { messages } = fields;
  if (!wish && !form && !speaksOfTools(messages)) return undefined;
  const plain = Array.isArray(messages) ? messages : [];
  const grammar = (): string | undefined => grammarFor(wish, form);
  // What can be refused is refused before a model is loaded for it.
  const early = form || wish?.use === 'required' ? grammar() : undefined;
  return {
    for(facts) {
      const native = facts.template === undefined || (facts.template.knowsTools && early === undefined);
      if (native) return { body: nativeBody(fields, wish), readsCalls: false };
      const { tools: _tools, tool_choice: _choice, parallel_tool_calls: _parallel, ...rest } = fields;
      const { response_format: _format, json_schema: _schema, ...asked } = rest;
      const constraint = early ?? grammar();
      const turns =
        !wish && !speaksOfTools(messages)
          ? plain
          : renderMessages(plain, { wish, hasSystemRole: facts.template.hasSystemRole });
      return {
        body: { ...asked, messages: turns, ...(constraint === undefined ? {} : constrained(fields, constraint)) },
        readsCalls: wish !== undefined && wish.use !== 'none',
      };
    },
  };
}

/**
 * Plans a completion with a form for its text, which is held by a grammar of ours as a chat's is; undefined for any other.
 * @throws AppError `request.invalid` with `param`
 */
export function planCompletion(fields: JsonObject): ChatPlan | undefined {
  const form = readForm(fields);
  if (!form) return undefined;
  const grammar = grammarFor(undefined, form);
  const { response_format: _format, json_schema: _schema, ...asked } = fields;
  return { for: ({ template }) => ({ body: template ? { ...asked, grammar } : fields, readsCalls: false }) };
}

/** A grammar covers the whole answer, so that there is no room for thoughts before it. */
function constrained(fields: JsonObject, grammar: string): JsonObject {
  const kwargs = isObject(fields['chat_template_kwargs']) ? fields['chat_template_kwargs'] : {};
  return { grammar, reasoning_format: 'none', chat_template_kwargs: { ...kwargs, enable_thinking: false } };
}

/** The request in the words that llama.cpp and vLLM share: a function named is the only one and required. */
function nativeBody(fields: JsonObject, wish: ToolWish | undefined): JsonObject {
  if (!wish || !isObject(fields['tool_choice'])) return fields;
  const names = new Set(wish.tools.map(({ name }) => name));
  const tools = Array.isArray(fields['tools']) ? fields['tools'] : [];
  const kept = tools.filter(
    (tool) => isObject(tool) && isObject(tool['function']) && names.has(String(tool['function']['name'])),
  );
  return { ...fields, tools: kept, tool_choice: wish.use };
}

interface Form {
  readonly schema: unknown;
}

function readForm({ response_format: format, json_schema: own, grammar }: JsonObject): Form | undefined {
  const form = formOf(format) ?? (own == null ? undefined : { schema: own });
  if (form && grammar != null) throw invalid('grammar', 'cannot be combined with a form for the answer');
  return form;
}

function formOf(format: unknown): Form | undefined {
  if (format == null) return undefined;
  if (!isObject(format)) throw invalid('response_format', 'must be an object');
  switch (format['type']) {
    case 'text':
      return undefined;
    case 'json_object':
      return { schema: format['schema'] ?? { type: 'object' } };
    case 'json_schema': {
      const { schema } = isObject(format['json_schema']) ? format['json_schema'] : format;
      if (schema == null) throw invalid('response_format', 'needs "json_schema" with a "schema"');
      return { schema };
    }
    default:
      throw invalid('response_format', 'must have the type "text", "json_object" or "json_schema"');
  }
}

function grammarFor(wish: ToolWish | undefined, form: Form | undefined): string | undefined {
  const tools = wish && wish.use !== 'none' ? wish.tools : [];
  if (tools.length === 0 && !form) return undefined;
  return answerGrammar({
    tools,
    needsCall: wish?.use === 'required',
    parallel: wish?.parallel ?? false,
    schema: form?.schema,
  });
}
