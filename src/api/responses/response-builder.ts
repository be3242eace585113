import { AppError } from '#core';
import { newId, type ChatPart, type ChatUsage, type FinishReason } from '../chat/chat-parts.ts';
import { isJson, type Item, type ItemStatus } from './items.ts';

export type ResponseStatus = 'in_progress' | 'completed' | 'incomplete' | 'failed';

export interface ResponseBody {
  readonly id: string;
  readonly object: 'response';
  readonly status: ResponseStatus;
  readonly output: readonly Item[];
  readonly [field: string]: unknown;
}

/** `event` without its number, which the builder gives. */
export interface ResponseEvent {
  readonly type: string;
  readonly sequence_number: number;
  readonly [field: string]: unknown;
}

export interface BuilderOptions {
  /** The request's own fields, as every response repeats them. */
  readonly echo: Readonly<Record<string, unknown>>;
  /** Unix seconds. */
  readonly now: () => number;
}

/** Makes a response of the parts of an answer and tells, on the way, the events that stream it. */
export interface ResponseBuilder {
  begin(): readonly ResponseEvent[];
  /** @throws AppError `backend.failed` for a call that is no call */
  add(part: ChatPart): readonly ResponseEvent[];
  /** @throws AppError `backend.failed`. `last` changes what goes into the final event. */
  end(last?: (response: ResponseBody) => ResponseBody): readonly ResponseEvent[];
  fail(error: {
    readonly code: string;
    readonly message: string;
    readonly param: string | null;
  }): readonly ResponseEvent[];
  response(): ResponseBody;
}

type Open =
  | { readonly kind: 'message' | 'reasoning'; readonly id: string; text: string }
  | {
      readonly kind: 'call';
      readonly id: string;
      readonly index: number;
      readonly callId: string;
      readonly name: string;
      text: string;
    };

export function createResponseBuilder({ echo, now }: BuilderOptions): ResponseBuilder {
  const base = { id: newId('resp'), object: 'response' as const, created_at: now() };
  const output: Item[] = [];
  let status: ResponseStatus = 'in_progress';
  let error: { code: string; message: string } | null = null;
  let usage: ChatUsage | undefined;
  let finish: FinishReason = 'stop';
  let open: Open | undefined;
  let sequence = 0;

  const event = (type: string, fields: object): ResponseEvent => {
    sequence += 1;
    return { type, sequence_number: sequence, ...fields };
  };

  const response = (): ResponseBody => ({
    ...base,
    status,
    ...(status === 'in_progress' || status === 'failed' ? {} : { completed_at: now() }),
    error,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    output: [...output],
    output_text: outputText(output),
    usage: status === 'in_progress' || usage === undefined ? null : shownUsage(usage),
    ...echo,
  });

  /** Where an event of the open item belongs. */
  const at = ({ id, kind }: Open): object => ({
    item_id: id,
    output_index: output.length,
    ...(kind === 'call' ? {} : { content_index: 0 }),
  });

  function start(next: Open): ResponseEvent[] {
    const closed = close('completed');
    open = next;
    const added = event('response.output_item.added', { output_index: output.length, item: emptyItem(next) });
    if (next.kind === 'call') return [...closed, added];
    return [...closed, added, event('response.content_part.added', { ...at(next), part: partOf(next) })];
  }

  function close(ended: ItemStatus): ResponseEvent[] {
    if (open === undefined) return [];
    const last = open;
    const item = itemOf(last, ended);
    const events = [
      event(`response.${eventNames[last.kind]}.done`, { ...at(last), ...doneFields(last) }),
      ...(last.kind === 'call' ? [] : [event('response.content_part.done', { ...at(last), part: partOf(last) })]),
      event('response.output_item.done', { output_index: output.length, item }),
    ];
    open = undefined;
    output.push(item);
    return events;
  }

  function append(kind: 'message' | 'reasoning' | 'call', text: string): ResponseEvent[] {
    if (open?.kind !== kind) return [];
    open.text += text;
    const logprobs = kind === 'message' ? { logprobs: [] } : {};
    return [event(`response.${eventNames[kind]}.delta`, { ...at(open), delta: text, ...logprobs })];
  }

  function say(kind: 'message' | 'reasoning', text: string): ResponseEvent[] {
    const id = newId(kind === 'message' ? 'msg' : 'rs');
    const started = open?.kind === kind ? [] : start({ kind, id, text: '' });
    return [...started, ...append(kind, text)];
  }

  return {
    begin: () => ['response.created', 'response.in_progress'].map((type) => event(type, { response: response() })),
    add(part) {
      switch (part.type) {
        case 'usage':
          usage = part.usage;
          return [];
        case 'finish':
          finish = part.reason;
          return [];
        case 'text':
          return say('message', part.text);
        case 'reasoning':
          return say('reasoning', part.text);
        case 'call':
          return start({
            kind: 'call',
            id: newId('fc'),
            index: part.index,
            callId: part.id,
            name: part.name,
            text: '',
          });
        case 'arguments':
          if (open?.kind !== 'call' || open.index !== part.index) {
            throw new AppError('backend.failed', 'The model mixed up the arguments of its calls.');
          }
          return append('call', part.text);
      }
    },
    end(last = (whole) => whole) {
      const cut = finish === 'length';
      // An answer without a word is still an answer.
      const spoken =
        open === undefined && output.length === 0 ? start({ kind: 'message', id: newId('msg'), text: '' }) : [];
      const closed = close(cut ? 'incomplete' : 'completed');
      status = cut ? 'incomplete' : 'completed';
      return [...spoken, ...closed, event(`response.${status}`, { response: last(response()) })];
    },
    fail({ code, message, param }) {
      status = 'failed';
      error = { code, message };
      return [event('error', { code, message, param }), event('response.failed', { response: response() })];
    },
    response,
  };
}

const eventNames = { message: 'output_text', reasoning: 'reasoning_text', call: 'function_call_arguments' } as const;

function doneFields(open: Open): object {
  if (open.kind === 'call') return { name: open.name, arguments: open.text };
  return open.kind === 'message' ? { text: open.text, logprobs: [] } : { text: open.text };
}

function partOf({ kind, text }: Open): object {
  return kind === 'reasoning'
    ? { type: 'reasoning_text', text }
    : { type: 'output_text', text, annotations: [], logprobs: [] };
}

function emptyItem(open: Open): object {
  const item = itemOf({ ...open, text: open.kind === 'call' ? '{}' : '' }, 'in_progress');
  return item.type === 'function_call' ? { ...item, arguments: '' } : { ...item, content: [] };
}

function itemOf(open: Open, status: ItemStatus): Item {
  const { id, text } = open;
  switch (open.kind) {
    case 'message':
      return {
        id,
        type: 'message',
        role: 'assistant',
        status,
        content: [{ type: 'output_text', text, annotations: [] }],
      };
    case 'reasoning':
      return { id, type: 'reasoning', summary: [], content: [{ type: 'reasoning_text', text }], status };
    case 'call': {
      const { callId: call_id, name } = open;
      // A model may leave out the arguments of a function that has none.
      const json = text === '' && status === 'completed' ? '{}' : text;
      if (status !== 'incomplete' && !isJson(json)) {
        throw new AppError('backend.failed', `The model called "${name}" with arguments that are not JSON.`);
      }
      return { id, type: 'function_call', call_id, name, arguments: json, status };
    }
  }
}

function outputText(output: readonly Item[]): string {
  const texts = output.flatMap((item) => (item.type === 'message' ? item.content : []));
  return texts.map((part) => (part.type === 'output_text' ? part.text : '')).join('');
}

function shownUsage({ inputTokens, cachedTokens, outputTokens }: ChatUsage): object {
  return {
    input_tokens: inputTokens,
    input_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: 0 },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: inputTokens + outputTokens,
  };
}
