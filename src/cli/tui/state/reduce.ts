import type { AssistantEvent } from '#contract';
import { editorOf, emptyEditor } from '../input/editor.ts';
import { withFiles } from './menu.ts';
import { callOf, closed, onEvent, withoutAsked } from './on-event.ts';
import { onKey } from './on-key.ts';
import { sendNext } from './submit.ts';
import type { Input, SessionFacts, State, Step } from './types.ts';

export function firstState(
  session: SessionFacts,
  { history, events = [] }: { history: readonly string[]; events?: readonly AssistantEvent[] | undefined },
): State {
  const state: State = {
    session,
    items: [],
    turn: 'idle',
    queue: [],
    editor: emptyEditor,
    attachments: [],
    history: { entries: history, at: undefined, typed: '' },
    search: undefined,
    menu: undefined,
    dialogs: [],
    usage: undefined,
    leaving: false,
    expanded: false,
    lastSeq: -1,
  };
  return events.reduce(onEvent, state);
}

/** All that can happen to the screen, as one pure function. */
export function reduce(state: State, input: Input): Step {
  switch (input.type) {
    case 'key':
      return onKey(state, input.key);
    case 'event':
      return keep(onEvent(state, input.event));
    case 'turn_closed': {
      const text = input.error;
      const ended = atRest(state);
      // A turn that failed may fail again: what waits is not thrown after it.
      if (text === undefined) return sendNext(ended);
      return keep({ ...ended, items: [...ended.items, { kind: 'notice', level: 'error', text }] });
    }
    case 'files':
      return keep(withFiles(state, input.prefix, input.paths));
    case 'notice': {
      const { level, saying, text } = input;
      return keep({ ...state, items: [...state.items, { kind: 'notice', level, saying, text }] });
    }
    case 'facts': {
      const { title, markdown } = input;
      return keep({ ...state, items: [...state.items, { kind: 'facts', title, markdown }] });
    }
    case 'session': {
      if (input.events === undefined) return keep({ ...state, session: input.session });
      const { history, expanded, editor } = state;
      const next = atRest(firstState(input.session, { history: history.entries, events: input.events }));
      return { state: { ...next, expanded, editor }, effects: [{ type: 'reprint' }] };
    }
    case 'choose':
      return keep({ ...state, dialogs: [input.choice, ...state.dialogs.filter(({ kind }) => kind !== 'choice')] });
    case 'attached':
      return keep({ ...state, attachments: [...state.attachments, input.attachment] });
    case 'arm': {
      const [dialog] = state.dialogs;
      if (!dialog || dialog.kind === 'choice' || callOf(dialog) !== input.callId || state.editor.text !== '')
        return keep(state);
      return keep({ ...state, dialogs: [{ ...dialog, armed: true }, ...state.dialogs.slice(1)] });
    }
    case 'edited':
      return keep({ ...state, editor: editorOf(input.text) });
  }
}

/** Nothing is under way. */
function atRest(state: State): State {
  return { ...closed(state, { tools: true }), turn: 'idle', dialogs: withoutAsked(state.dialogs) };
}

function keep(state: State): Step {
  return { state, effects: [] };
}
