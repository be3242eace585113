import type { AssistantEvent, AssistantSessionBody } from '#contract';

export type Event<Type extends AssistantEvent['type']> = Extract<AssistantEvent, { type: Type }>;
export type Confirmation = Event<'tool_call_confirmation'>;

export type Item =
  | {
      readonly kind: 'user';
      readonly key: string;
      readonly messageId: string;
      readonly text: string;
      readonly attachments: Event<'user_message'>['attachments'];
    }
  | { readonly kind: 'answer' | 'reasoning'; readonly key: string; readonly messageId: string; readonly text: string }
  | {
      readonly kind: 'facts';
      readonly key: string;
      readonly cardId: string;
      readonly title: string;
      readonly markdown: string;
    }
  | ToolItem
  | {
      readonly kind: 'continue';
      readonly key: string;
      readonly callId: string;
      readonly steps: number;
      readonly answered: boolean;
    }
  | { readonly kind: 'note'; readonly key: string; readonly event: Note };

/** What is said in a line of ours. */
export type Note = Event<
  'turn_queued' | 'answer_discarded' | 'compacted' | 'warning' | 'undone' | 'error' | 'turn_ended'
>;

export interface ToolItem {
  readonly kind: 'tool';
  readonly key: string;
  readonly callId: string;
  readonly tool: string;
  readonly title: string;
  readonly preview: string | undefined;
  readonly risk: string;
  readonly arguments: string;
  readonly output: string;
  /** `listed`: not done, since nobody could be asked; it waits for approval. */
  readonly state: 'running' | 'asked' | 'listed' | Event<'tool_call_response'>['outcome'];
  /** While it waits for an answer. */
  readonly asked: Confirmation | undefined;
}

/** What was not done, since nobody could be asked, by the name that approves exactly that. */
export interface Plan {
  readonly name: string;
  readonly calls: readonly Event<'needs_approval'>[];
}

export interface Thread {
  readonly items: readonly Item[];
  readonly isBusy: boolean;
  readonly title: string | undefined;
  readonly usage: Omit<Event<'token_usage'>, 'type' | 'seq' | 'at'> | undefined;
  readonly lastSeq: number;
  /** What the turn has listed so far. */
  readonly listed: Plan['calls'];
  /** What a turn listed last; whether it still waits the session says. */
  readonly plan: Plan | undefined;
  /** The session is deleted: nothing of it may be asked for. */
  readonly isRemoved: boolean;
}

export const emptyThread: Thread = {
  items: [],
  isBusy: false,
  title: undefined,
  usage: undefined,
  lastSeq: -1,
  listed: [],
  plan: undefined,
  isRemoved: false,
};

/** Output of a running tool is kept to this many characters of its end; the whole comes with its response. */
const longestTail = 20_000;

export function threadOf({ events, busy }: Pick<AssistantSessionBody, 'events' | 'busy'>): Thread {
  const thread = events.reduce(withEvent, emptyThread);
  return busy ? { ...thread, isBusy: true } : atRest(thread);
}

/** What an event adds. An event that was seen already, of a stream that was opened again, adds nothing. */
export function withEvent(thread: Thread, event: AssistantEvent): Thread {
  if (event.seq <= thread.lastSeq) return thread;
  return apply({ ...thread, lastSeq: event.seq }, event);
}

function apply(thread: Thread, event: AssistantEvent): Thread {
  const key = String(event.seq);
  switch (event.type) {
    case 'user_message': {
      const { messageId, text, attachments } = event;
      return add({ ...thread, isBusy: true }, { kind: 'user', key, messageId, text, attachments });
    }
    case 'rewound':
      return { ...thread, items: thread.items.filter((item) => Number(item.key) < event.fromSeq) };
    case 'session_title':
      return { ...thread, title: event.title };
    case 'session_removed':
      return { ...thread, isRemoved: true };
    case 'turn_started':
      return { ...thread, isBusy: true, listed: [] };
    case 'text':
      return addText(thread, { kind: 'answer', key, messageId: event.messageId, text: event.text });
    case 'reasoning':
      return addText(thread, { kind: 'reasoning', key, messageId: event.messageId, text: event.text });
    case 'fact_card':
      return add(thread, { kind: 'facts', key, cardId: event.cardId, title: event.title, markdown: event.markdown });
    case 'tool_call':
      return add(thread, toolItem(key, event, { arguments: event.arguments, state: 'running' }));
    case 'needs_approval': {
      const listed = [...thread.listed, event];
      return changeTool({ ...thread, listed }, event.callId, (tool) => ({ ...tool, state: 'listed' }));
    }
    case 'tool_call_confirmation': {
      const known = thread.items.some((item) => item.kind === 'tool' && item.callId === event.callId);
      const base = known ? thread : add(thread, toolItem(key, event, { arguments: '', state: 'asked' }));
      return changeTool(base, event.callId, (tool) => ({ ...tool, state: 'asked', asked: event }));
    }
    case 'continue_confirmation':
      return add(thread, { kind: 'continue', key, callId: event.callId, steps: event.steps, answered: false });
    case 'approval': {
      const items = thread.items.map((item): Item =>
        item.kind === 'continue' && item.callId === event.callId ? { ...item, answered: true } : item,
      );
      const state = event.kind === 'reject' ? 'rejected' : 'running';
      return changeTool({ ...thread, items }, event.callId, (tool) =>
        tool.state === 'asked' ? { ...tool, state, asked: undefined } : tool,
      );
    }
    case 'tool_output':
      return changeTool(thread, event.callId, (tool) => ({
        ...tool,
        output: (tool.output + event.text).slice(-longestTail),
      }));
    case 'tool_call_response':
      return changeTool(thread, event.callId, (tool) => ({
        ...tool,
        state: tool.state === 'listed' ? 'listed' : event.outcome,
        // What the model is told of it says nothing to people.
        output: tool.state === 'listed' ? '' : event.text,
        asked: undefined,
      }));
    case 'token_usage': {
      const { promptTokens, completionTokens, contextTokens } = event;
      return { ...thread, usage: { promptTokens, completionTokens, contextTokens } };
    }
    case 'turn_ended': {
      const plan = event.plan === undefined ? thread.plan : { name: event.plan, calls: thread.listed };
      const rest = { ...atRest(thread), plan };
      return event.stopReason === 'answered' ? rest : add(rest, { kind: 'note', key, event });
    }
    case 'turn_queued':
    case 'answer_discarded':
    case 'compacted':
    case 'warning':
    case 'undone':
    case 'error':
      return add(thread, { kind: 'note', key, event });
  }
}

/** Nothing is under way, so nothing waits for an answer. */
function atRest(thread: Thread): Thread {
  const items = thread.items.map((item): Item => {
    if (item.kind === 'continue') return { ...item, answered: true };
    if (item.kind !== 'tool' || (item.state !== 'running' && item.state !== 'asked')) return item;
    return { ...item, state: 'stopped', asked: undefined };
  });
  return { ...thread, items, isBusy: false };
}

function add(thread: Thread, item: Item): Thread {
  return { ...thread, items: [...thread.items, item] };
}

/** Pieces of one message follow each other; what comes in between begins a new one. */
function addText(thread: Thread, piece: Extract<Item, { kind: 'answer' | 'reasoning' }>): Thread {
  const last = thread.items.at(-1);
  if (last?.kind !== piece.kind || last.messageId !== piece.messageId) return add(thread, piece);
  return { ...thread, items: [...thread.items.slice(0, -1), { ...last, text: last.text + piece.text }] };
}

function toolItem(
  key: string,
  call: { callId: string; tool: string; title: string; preview?: string | undefined; risk: string },
  rest: Pick<ToolItem, 'arguments' | 'state'>,
): ToolItem {
  const { callId, tool, title, preview, risk } = call;
  return { kind: 'tool', key, callId, tool, title, preview, risk, output: '', asked: undefined, ...rest };
}

function changeTool(thread: Thread, callId: string, change: (tool: ToolItem) => ToolItem): Thread {
  // What was listed and then approved is called by the same name again.
  const last = thread.items.findLastIndex((item) => item.kind === 'tool' && item.callId === callId);
  const items = thread.items.map((item, index) => (item.kind === 'tool' && index === last ? change(item) : item));
  return { ...thread, items };
}
