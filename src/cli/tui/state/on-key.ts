import { beginSearch, foundBy, searchWith } from '../../chat/history-search.ts';
import { edit, editorOf, emptyEditor, insert, moveLine } from '../input/editor.ts';
import type { Key, KeyName } from '../input/keys.ts';
import { accept, moveMenu, runsAtOnce, withMenu } from './menu.ts';
import { onDialogKey } from './on-dialog-key.ts';
import { notice } from './on-event.ts';
import { takenBack } from './queue.ts';
import { submit } from './submit.ts';
import type { State, Step } from './types.ts';

/** More than this of a paste becomes an attachment, so that the editor stays one that can be read. */
const mostPastedLines = 20;
const mostPastedLength = 2000;

/** What a key does. Pure. */
export function onKey(before: State, key: Key): Step {
  const state = isKey(key, 'ctrl-c') || !before.leaving ? before : { ...before, leaving: false };
  const [dialog] = state.dialogs;
  const done = dialog && onDialogKey(state, dialog, key);
  if (done) return done;
  if (state.search) return onSearchKey(state, key);
  if (key.type === 'paste') return paste(state, key.text);
  if (key.type === 'text') return withMenu({ ...state, editor: insert(state.editor, key.text) });
  return (state.menu && onMenuKey(state, key.name)) ?? onControl(state, key.name) ?? onEdit(state, key.name);
}

function onMenuKey(state: State, name: KeyName): Step | undefined {
  const { menu } = state;
  if (!menu) return undefined;
  if (name === 'up' || name === 'down') return keep({ ...state, menu: moveMenu(menu, name === 'up' ? -1 : 1) });
  if (name === 'escape') return keep({ ...state, menu: undefined });
  if (name === 'tab') return accept(state, menu);
  if (name !== 'enter') return undefined;
  const step = accept(state, menu);
  return runsAtOnce(menu) ? submit(step.state) : step;
}

function onControl(state: State, name: KeyName): Step | undefined {
  switch (name) {
    case 'ctrl-c':
      return interrupt(state);
    case 'escape':
      return state.turn === 'running' ? stop(state) : keep(state);
    case 'ctrl-d':
      if (state.editor.text !== '') return onEdit(state, 'delete');
      return { state, effects: [{ type: 'leave' }] };
    case 'ctrl-l':
      return { state, effects: [{ type: 'reprint' }] };
    case 'ctrl-o':
      return { state: { ...state, expanded: !state.expanded }, effects: [{ type: 'reprint' }] };
    case 'ctrl-g':
      return { state, effects: [{ type: 'edit', text: state.editor.text }] };
    case 'ctrl-x':
      return unqueue(state);
    case 'ctrl-z':
      return { state, effects: [{ type: 'suspend' }] };
    case 'ctrl-r':
      return keep({ ...state, menu: undefined, search: beginSearch(state.editor.text) });
    case 'enter':
      return submit(state);
    case 'tab':
      return withMenu(state);
    case 'up':
    case 'down':
      return onArrow(state, name);
    default:
      return undefined;
  }
}

function onEdit(state: State, name: KeyName): Step {
  const editor = edit(state.editor, name);
  return editor ? withMenu({ ...state, editor }) : keep(state);
}

/** Ctrl-C: stops what runs, then clears what was typed, then leaves. */
function interrupt(state: State): Step {
  if (state.leaving) return { state, effects: [{ type: 'leave' }] };
  if (state.turn === 'running') return stop(state);
  if (state.editor.text !== '' || state.menu) return keep({ ...state, editor: emptyEditor, menu: undefined });
  return keep({ ...state, leaving: true });
}

function stop(state: State): Step {
  return { state: { ...state, turn: 'stopping' }, effects: [{ type: 'stop' }] };
}

/** Takes back what waits; with nothing waiting, the user's own editor takes the text. */
function unqueue(state: State): Step {
  if (state.queue.length === 0) return { state, effects: [{ type: 'edit', text: state.editor.text }] };
  return keep(takenBack(state));
}

function onArrow(state: State, name: 'up' | 'down'): Step {
  const moved = moveLine(state.editor, name === 'up' ? -1 : 1);
  if (moved) return keep({ ...state, editor: moved });
  const { entries, at, typed } = state.history;
  const next = name === 'up' ? (at ?? -1) + 1 : (at ?? -1) - 1;
  if (next < -1 || next >= entries.length) return keep(state);
  const text = next === -1 ? typed : (entries[next] ?? '');
  const history = { entries, at: next === -1 ? undefined : next, typed: at === undefined ? state.editor.text : typed };
  return keep({ ...state, editor: editorOf(text), history, menu: undefined });
}

function paste(state: State, text: string): Step {
  const lines = text.split('\n').length;
  if (lines <= mostPastedLines && text.length <= mostPastedLength) {
    return withMenu({ ...state, editor: insert(state.editor, text) });
  }
  const number = state.attachments.filter(({ kind }) => kind === 'text').length + 1;
  const name = `paste ${number}`;
  const attachments = [...state.attachments, { kind: 'text' as const, name, content: text }];
  return keep(notice({ ...state, attachments }, 'info', { key: 'tui.pasted', values: { name, lines } }));
}

const searchKeys: Readonly<Partial<Record<KeyName, string>>> = {
  'ctrl-r': '\u0012',
  'ctrl-s': '\u0013',
  'ctrl-c': '\u0003',
  'ctrl-g': '\u0007',
  backspace: '\u007F',
  escape: '\u001B',
};

function onSearchKey(state: State, key: Key): Step {
  const { search, history } = state;
  if (!search) return keep(state);
  const pressed = key.type === 'key' ? searchKeys[key.name] : key.text.replaceAll('\n', ' ');
  if (pressed === undefined) {
    return onKey({ ...state, search: undefined, editor: editorOf(foundBy(search, history.entries)) }, key);
  }
  const result = searchWith(search, pressed, history.entries);
  if ('search' in result) return keep({ ...state, search: result.search });
  return keep({ ...state, search: undefined, editor: editorOf(result.end.line) });
}

function keep(state: State): Step {
  return { state, effects: [] };
}

function isKey(key: Key, name: KeyName): boolean {
  return key.type === 'key' && key.name === name;
}
