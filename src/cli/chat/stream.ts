import { createParser } from 'eventsource-parser';
import { AppError } from '#core';
import type { DaemonClient } from '../client/daemon-client.ts';
import { errorFromValue, field } from '../client/read.ts';
import type { ChatMessage, Sampling, ToolTurn } from './messages.ts';

/** What a streamed answer consists of. */
export type AnswerEvent =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'reasoning'; readonly text: string }
  /** A piece of a call: its beginning has the id and the name. */
  | ({ readonly type: 'call'; readonly index: number } & ToolCall)
  | { readonly type: 'finish'; readonly reason: string }
  | { readonly type: 'usage'; readonly promptTokens: number; readonly tokens: number }
  /** The runtime's own measurement of its speed, where it gives one. */
  | { readonly type: 'speed'; readonly tokensPerSecond: number };

export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

export interface ChatRequest {
  readonly model: string;
  readonly messages: readonly (ChatMessage | ToolTurn)[];
  readonly sampling: Sampling;
  /** Further fields of the body, such as `response_format`. */
  readonly extras?: Readonly<Record<string, unknown>> | undefined;
  /** Of another server than the daemon. */
  readonly path?: string | undefined;
}

const daemonPath = '/engines/v1/chat/completions';

/** Asks for an answer and yields its pieces as they come. @throws AppError, also for an error in the middle of it */
export async function* streamAnswer(
  client: DaemonClient,
  { model, messages, sampling, extras = {}, path = daemonPath }: ChatRequest,
  { signal, cutOff }: { signal: AbortSignal; cutOff: () => AppError },
): AsyncIterable<AnswerEvent> {
  const response = await client.stream(
    {
      method: 'POST',
      path,
      body: { model, messages, stream: true, stream_options: { include_usage: true }, ...sampling, ...extras },
    },
    { signal },
  );
  let ready: string[] = [];
  let done = false;
  const parser = createParser({ onEvent: ({ data }) => ready.push(data) });
  for await (const chunk of response.text) {
    parser.feed(chunk);
    const arrived = ready;
    ready = [];
    for (const data of arrived) {
      // What came before an error in the same chunk has been passed on by then.
      for (const event of data === '[DONE]' ? [] : eventsOf(data)) {
        done ||= event.type === 'finish';
        yield event;
      }
      done ||= data === '[DONE]';
    }
  }
  if (!done) throw cutOff();
}

function eventsOf(data: string): AnswerEvent[] {
  let value: unknown;
  try {
    value = JSON.parse(data);
  } catch (cause) {
    throw new AppError('internal', 'The answer contains an event that is not JSON.', { cause });
  }
  const error = errorFromValue(value, { fallback: 'backend.failed' });
  if (error) throw error;
  const choice = first(field(value, 'choices'));
  const delta = field(choice, 'delta');
  const events: AnswerEvent[] = [];
  const reasoning = field(delta, 'reasoning_content');
  if (typeof reasoning === 'string' && reasoning !== '') events.push({ type: 'reasoning', text: reasoning });
  const text = field(delta, 'content');
  if (typeof text === 'string' && text !== '') events.push({ type: 'text', text });
  events.push(...callsOf(field(delta, 'tool_calls')));
  const reason = field(choice, 'finish_reason');
  if (typeof reason === 'string') events.push({ type: 'finish', reason });
  const usage = field(value, 'usage');
  const [promptTokens, tokens] = [field(usage, 'prompt_tokens'), field(usage, 'completion_tokens')];
  if (typeof promptTokens === 'number' && typeof tokens === 'number') {
    events.push({ type: 'usage', promptTokens, tokens });
  }
  const speed = field(field(value, 'timings'), 'predicted_per_second');
  if (typeof speed === 'number' && Number.isFinite(speed)) events.push({ type: 'speed', tokensPerSecond: speed });
  return events;
}

function callsOf(calls: unknown): AnswerEvent[] {
  if (!Array.isArray(calls)) return [];
  return calls.map((call: unknown) => {
    const text = (from: unknown, name: string): string => {
      const value = field(from, name);
      return typeof value === 'string' ? value : '';
    };
    const named = field(call, 'function');
    const index = Number(field(call, 'index') ?? 0);
    return {
      type: 'call',
      index,
      id: text(call, 'id'),
      name: text(named, 'name'),
      arguments: text(named, 'arguments'),
    };
  });
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined;
}
