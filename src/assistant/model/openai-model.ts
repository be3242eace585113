import { createParser } from 'eventsource-parser';
import { z } from 'zod';
import { AppError } from '#core';
import type { AssistantModel, JsonRecord, Message, ModelEvent, ToolCall, ToolSpec } from '../loop/types.ts';

/** Sends one chat completion; the way there, the key and the address are behind it. */
export type PostChat = (
  body: JsonRecord,
  options: { readonly signal: AbortSignal },
) => Promise<{ readonly status: number; readonly body: AsyncIterable<Uint8Array> }>;

export interface OpenAiModelOptions {
  readonly name: string;
  readonly isLocal: boolean;
  readonly contextTokens: number;
  readonly post: PostChat;
  readonly maxAnswerTokens?: number | undefined;
}

/** A model behind an OpenAI-compatible chat API (chat/completions with `stream`). */
export function createOpenAiModel(options: OpenAiModelOptions): AssistantModel & { choose: Choose } {
  const { name, isLocal, contextTokens, post } = options;
  const base = { model: name, max_tokens: options.maxAnswerTokens ?? 4096 };
  return {
    name,
    isLocal,
    contextTokens,
    async *answer({ messages, tools }, { signal }) {
      const wire = tools.length === 0 ? {} : { tools: tools.map(wireTool), parallel_tool_calls: true };
      const { body } = await accepted(
        name,
        post(
          {
            ...base,
            ...wire,
            messages: messages.map(wireMessage),
            stream: true,
            stream_options: { include_usage: true },
          },
          { signal },
        ),
      );
      yield* readStream(name, body);
    },
    async choose({ messages, schema }, { signal }) {
      const response_format = { type: 'json_schema', json_schema: { name: 'choice', strict: true, schema } };
      const { body } = await accepted(
        name,
        post(
          { ...base, max_tokens: 200, temperature: 0, messages: messages.map(wireMessage), response_format },
          { signal },
        ),
      );
      const answer = completion.safeParse(asJson(await whole(body)));
      const value = answer.success ? asJson(answer.data.choices[0]?.message.content ?? '') : undefined;
      if (typeof value !== 'object' || value === null || Array.isArray(value)) throw notUnderstood(name);
      return value as JsonRecord;
    },
  };
}

/** One answer that is held to a JSON Schema. @throws AppError */
export type Choose = (
  request: { readonly messages: readonly Message[]; readonly schema: JsonRecord },
  options: { readonly signal: AbortSignal },
) => Promise<JsonRecord>;

function wireTool({ name, description, parameters }: ToolSpec): JsonRecord {
  return { type: 'function', function: { name, description, parameters } };
}

function wireMessage(message: Message): JsonRecord {
  switch (message.role) {
    case 'system':
      return { role: 'system', content: message.content };
    case 'user': {
      const { content, attachments } = message;
      return { role: 'user', content: attachments === undefined ? content : `${content}\n\n${attachments}` };
    }
    case 'assistant':
      return {
        role: 'assistant',
        content: message.content,
        ...(message.toolCalls.length > 0 && { tool_calls: message.toolCalls.map(wireCall) }),
      };
    case 'tool':
      return { role: 'tool', tool_call_id: message.callId, content: message.content };
  }
}

function wireCall({ id, name, arguments: text }: ToolCall): JsonRecord {
  return { id, type: 'function', function: { name, arguments: text } };
}

const completion = z.object({
  choices: z.array(z.object({ message: z.object({ content: z.string().nullish() }) })).min(1),
});

const chunk = z.object({
  choices: z
    .array(
      z.object({
        delta: z
          .object({
            content: z.string().nullish(),
            reasoning_content: z.string().nullish(),
            refusal: z.string().nullish(),
            tool_calls: z
              .array(
                z.object({
                  index: z.number().int().nonnegative().optional(),
                  id: z.string().nullish(),
                  function: z.object({ name: z.string().nullish(), arguments: z.string().nullish() }).optional(),
                }),
              )
              .nullish(),
          })
          .nullish(),
        finish_reason: z.string().nullish(),
      }),
    )
    .default([]),
  usage: z.object({ prompt_tokens: z.number(), completion_tokens: z.number() }).nullish(),
  error: z.object({ message: z.string() }).nullish(),
});

const maxCalls = 64;
const maxCallLength = 500_000;

async function* readStream(name: string, body: AsyncIterable<Uint8Array>): AsyncGenerator<ModelEvent> {
  const calls: { id: string; name: string; arguments: string }[] = [];
  let reason: string | undefined;
  let usage: { promptTokens: number; completionTokens: number } | undefined;
  let refused = false;
  for await (const data of events(body)) {
    if (data === '[DONE]') break;
    const parsed = chunk.safeParse(asJson(data));
    if (!parsed.success) throw notUnderstood(name);
    const { choices, usage: counted, error } = parsed.data;
    if (error)
      throw new AppError('backend.failed', `${name} failed: ${plain(error.message)}`, { params: { model: name } });
    if (counted) usage = { promptTokens: counted.prompt_tokens, completionTokens: counted.completion_tokens };
    for (const { delta, finish_reason: finished } of choices.slice(0, 1)) {
      if (delta?.reasoning_content) yield { type: 'reasoning', text: delta.reasoning_content };
      if (delta?.refusal) refused = true;
      const text = delta?.refusal ?? delta?.content;
      if (text) yield { type: 'text', text };
      for (const part of delta?.tool_calls ?? []) {
        const at = part.index ?? calls.length;
        if (at >= maxCalls) throw notUnderstood(name);
        const call = (calls[at] ??= { id: '', name: '', arguments: '' });
        call.id ||= part.id ?? '';
        call.name += part.function?.name ?? '';
        call.arguments += part.function?.arguments ?? '';
        if (call.arguments.length > maxCallLength) throw notUnderstood(name);
      }
      reason = finished ?? reason;
    }
  }
  // A stream that ends without a reason was cut: the caller asks again.
  if (reason === undefined) return;
  for (const call of calls) if (call) yield { type: 'call', call };
  yield { type: 'end', reason: refused ? 'refusal' : endOf(reason, calls.length), ...(usage && { usage }) };
}

function endOf(reason: string, calls: number): Extract<ModelEvent, { readonly type: 'end' }>['reason'] {
  if (calls > 0) return 'calls';
  if (reason === 'length') return 'length';
  return reason === 'content_filter' ? 'refusal' : 'stop';
}

async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const ready: string[] = [];
  const parser = createParser({ onEvent: ({ data }) => void ready.push(data) });
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    parser.feed(decoder.decode(bytes, { stream: true }));
    yield* ready.splice(0);
  }
}

async function accepted(
  name: string,
  sending: ReturnType<PostChat>,
): Promise<{ readonly body: AsyncIterable<Uint8Array> }> {
  const { status, body } = await sending;
  if (status >= 200 && status < 300) return { body };
  const said = asJson(await whole(body));
  const detail = plain(messageIn(said) ?? `HTTP ${status}`);
  const code =
    status === 401 || status === 403
      ? 'source.unauthorized'
      : status === 429
        ? 'source.rate_limited'
        : 'backend.failed';
  throw new AppError(code, `${name} did not answer: ${detail}`, {
    hint: 'Choose another model with: gantry settings set assistant.model NAME',
    params: { model: name, detail },
  });
}

function messageIn(said: unknown): string | undefined {
  if (typeof said !== 'object' || said === null || !('error' in said)) return undefined;
  const { error } = said;
  if (typeof error === 'string') return error;
  return typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
    ? error.message
    : undefined;
}

const maxWhole = 1_000_000;

async function whole(body: AsyncIterable<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of body) {
    length += part.length;
    if (length > maxWhole) break;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function asJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function plain(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\p{Cf}]+/gu, ' ')
    .trim()
    .slice(0, 300);
}

function notUnderstood(name: string): AppError {
  return new AppError('source.invalid_response', `${name} answered in a way that is not OpenAI's chat API.`, {
    hint: 'Choose another model with: gantry settings set assistant.model NAME',
    params: { host: name },
  });
}
