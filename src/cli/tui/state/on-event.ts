import type { AssistantEvent } from '#contract';
import type { MessageKey } from '../../messages/translate.ts';
import { takenBack } from './queue.ts';
import type { Confirmation, Dialog, Item, Saying, State, ToolItem } from './types.ts';

/** Output of a running tool is kept to this many characters of its end; the whole comes with its response. */
const longestTail = 20_000;

/** What an event of the session does to the screen. Pure; events of any order leave a state that can be shown. */
export function onEvent(state: State, event: AssistantEvent): State {
  if (event.seq <= state.lastSeq) return state;
  return apply({ ...state, lastSeq: event.seq }, event);
}

function apply(state: State, event: AssistantEvent): State {
  switch (event.type) {
    case 'user_message': {
      const attachments = event.attachments.map(({ name }) => name);
      return add(closed(state), { kind: 'user', text: event.text, attachments });
    }
    // What is on the terminal stays there.
    case 'rewound':
      return notice(closed(state), 'info', { key: 'tui.rewound' });
    case 'session_removed':
      return notice(closed(state), 'warning', { key: 'tui.removed' });
    case 'session_title':
      return { ...state, session: { ...state.session, title: event.title } };
    case 'turn_queued':
      return notice(state, 'info', { key: 'tui.turnQueued', values: { position: event.position } });
    case 'turn_started': {
      const session = { ...state.session, model: event.model, mode: event.mode };
      return { ...state, session, turn: state.turn === 'stopping' ? 'stopping' : 'running' };
    }
    case 'text':
      return addText(state, 'answer', event);
    case 'reasoning':
      return addText(state, 'reasoning', event);
    case 'answer_discarded':
      return notice(closed(state), 'warning', { key: 'tui.answerDiscarded' });
    case 'fact_card':
      return add(closed(state), { kind: 'facts', title: event.title, markdown: event.markdown });
    case 'tool_call':
      return add(closed(state), toolItem(event, { arguments: event.arguments, state: 'running', open: true }));
    case 'tool_call_confirmation':
      return ask(
        withTool(state, event, (tool) => ({ ...tool, state: 'asked' })),
        approvalOf(event),
      );
    case 'continue_confirmation':
      return ask(state, { kind: 'continue', callId: event.callId, steps: event.steps, armed: false });
    case 'approval': {
      const dialogs = state.dialogs.filter((dialog) => callOf(dialog) !== event.callId);
      const asked = event.kind === 'reject' ? ('rejected' as const) : ('running' as const);
      const items = mapTool(state.items, event.callId, (tool) =>
        tool.state === 'asked' ? { ...tool, state: asked } : tool,
      );
      return { ...state, dialogs, items };
    }
    case 'tool_output': {
      const items = mapTool(state.items, event.callId, (tool) =>
        tool.open ? { ...tool, output: (tool.output + event.text).slice(-longestTail) } : tool,
      );
      return { ...state, items };
    }
    case 'tool_call_response': {
      const dialogs = state.dialogs.filter((dialog) => callOf(dialog) !== event.callId);
      const items = mapTool(state.items, event.callId, (tool) => ({
        ...tool,
        state: event.outcome,
        output: event.text,
        open: false,
      }));
      return { ...state, dialogs, items };
    }
    case 'needs_approval':
      return add(closed(state), toolItem(event, { arguments: event.arguments, state: 'denied', open: false }));
    case 'compacted':
      return notice(closed(state), 'info', { key: 'tui.compacted', values: { length: event.removedLength } });
    case 'token_usage': {
      const { promptTokens, completionTokens, contextTokens } = event;
      return { ...state, usage: { promptTokens, completionTokens, contextTokens } };
    }
    case 'warning':
      return notice(closed(state), 'warning', { key: warnings[event.reason] });
    case 'undone':
      return event.files.reduce((next, file) => notice(next, 'info', undoneSaying(file)), closed(state));
    case 'error': {
      const text = event.hint === undefined ? event.message : `${event.message} ${event.hint}`;
      return add(closed(state), { kind: 'notice', level: 'error', text });
    }
    case 'turn_ended':
      return ended(state, event.stopReason);
  }
}

export function undoneSaying({ path, outcome }: { path: string; outcome: string }): Saying {
  const known = (['restored', 'removed', 'kept'] as const).find((one) => one === outcome);
  return known
    ? { key: `tui.undone.${known}`, values: { path } }
    : { key: 'tui.undone.other', values: { path, outcome } };
}

const warnings = {
  loop: 'tui.warning.loop',
  steps: 'tui.warning.steps',
  length: 'tui.warning.length',
  sentences_left_out: 'tui.warning.leftOut',
} as const satisfies Record<string, MessageKey>;

function ended(state: State, reason: Extract<AssistantEvent, { type: 'turn_ended' }>['stopReason']): State {
  const next: State = { ...closed(state, { tools: true }), turn: 'idle', dialogs: withoutAsked(state.dialogs) };
  // Who stops a turn does not want the next one to begin at once.
  if (reason === 'aborted') return notice(takenBack(next), 'info', { key: 'tui.stopped' });
  if (reason === 'interrupted') return notice(next, 'warning', { key: 'tui.interrupted' });
  if (reason === 'refused') return notice(next, 'warning', { key: 'tui.refused' });
  return next;
}

export function withoutAsked(dialogs: readonly Dialog[]): readonly Dialog[] {
  return dialogs.filter((dialog) => dialog.kind === 'choice');
}

/** Nothing that follows adds to what is there. */
export function closed(state: State, { tools = false }: { tools?: boolean } = {}): State {
  const items = state.items.map((item): Item => {
    if (item.kind === 'tool') return tools && item.open ? { ...item, open: false, state: gaveUp(item) } : item;
    return 'open' in item && item.open ? { ...item, open: false } : item;
  });
  return { ...state, items };
}

function gaveUp({ state }: ToolItem): ToolItem['state'] {
  return state === 'running' || state === 'asked' ? 'stopped' : state;
}

function add(state: State, item: Item): State {
  return { ...state, items: [...state.items, item] };
}

export function notice(
  state: State,
  level: 'info' | 'warning' | 'error',
  saying: Extract<Item, { kind: 'notice' }>['saying'],
): State {
  return add(state, { kind: 'notice', level, saying });
}

function addText(
  state: State,
  kind: 'answer' | 'reasoning',
  { messageId, text }: { messageId: string; text: string },
): State {
  const last = state.items.at(-1);
  if (last?.kind === kind && last.messageId === messageId && last.open) {
    return { ...state, items: [...state.items.slice(0, -1), { ...last, text: last.text + text }] };
  }
  return add(closed(state), { kind, messageId, text, open: true });
}

function toolItem(
  call: { callId: string; tool: string; title: string; preview?: string | undefined; risk: string },
  rest: Pick<ToolItem, 'arguments' | 'state' | 'open'>,
): ToolItem {
  const { callId, tool, title, preview, risk } = call;
  return { kind: 'tool', callId, tool, title, preview, risk, output: '', ...rest };
}

/** A confirmation whose call was never told has a card of its own. */
function withTool(state: State, asked: Confirmation, change: (tool: ToolItem) => ToolItem): State {
  const known = state.items.some((item) => item.kind === 'tool' && item.callId === asked.callId);
  if (known) return { ...state, items: mapTool(state.items, asked.callId, change) };
  return add(closed(state), toolItem(asked, { arguments: '', state: 'asked', open: true }));
}

function mapTool(items: readonly Item[], callId: string, change: (tool: ToolItem) => ToolItem): readonly Item[] {
  return items.map((item) => (item.kind === 'tool' && item.callId === callId ? change(item) : item));
}

function approvalOf(asked: Confirmation): Dialog {
  return { kind: 'approval', asked, armed: false, scroll: 0, reason: undefined };
}

function ask(state: State, dialog: Dialog): State {
  const dialogs = state.dialogs.filter((one) => callOf(one) === undefined || callOf(one) !== callOf(dialog));
  return { ...state, dialogs: [...dialogs, dialog] };
}

export function callOf(dialog: Dialog): string | undefined {
  if (dialog.kind === 'approval') return dialog.asked.callId;
  return dialog.kind === 'continue' ? dialog.callId : undefined;
}
