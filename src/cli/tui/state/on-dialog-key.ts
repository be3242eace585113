import type { ApprovalRequest } from '#contract';
import { edit, emptyEditor, insert } from '../input/editor.ts';
import type { Key } from '../input/keys.ts';
import type { Choice, ChoiceRow, Dialog, Effect, State, Step } from './types.ts';

/** Undefined when the key is none of the dialog's, and then it has its usual meaning. */
export function onDialogKey(state: State, dialog: Dialog, key: Key): Step | undefined {
  if (dialog.kind === 'choice') return onChoice(state, dialog, key);
  if (!dialog.armed) {
    return isKey(key, 'tab') && state.menu === undefined
      ? keep(replaced(state, { ...dialog, armed: true }))
      : undefined;
  }
  if (dialog.kind === 'continue') {
    if (isLetter(key, 'y')) return answered(state, dialog.callId, { kind: 'once' });
    if (isLetter(key, 'n')) return answered(state, dialog.callId, { kind: 'reject' });
    return swallow(state, key);
  }
  if (dialog.reason !== undefined) return onReason(state, { ...dialog, reason: dialog.reason }, key);
  const { callId, scopes } = dialog.asked;
  if (isLetter(key, 'y')) return answered(state, callId, { kind: 'once' });
  if (isLetter(key, 's') && scopes.includes('session')) return answered(state, callId, { kind: 'session' });
  if (isLetter(key, 'p') && scopes.includes('project')) return answered(state, callId, { kind: 'project' });
  if (isLetter(key, 'n')) return keep(replaced(state, { ...dialog, reason: emptyEditor }));
  return scrolled(state, dialog, key) ?? swallow(state, key);
}

const scrollSteps: Readonly<Record<string, number>> = { up: -1, down: 1, 'page-up': -10, 'page-down': 10 };

function scrolled(state: State, dialog: Extract<Dialog, { kind: 'approval' }>, key: Key): Step | undefined {
  const step = key.type === 'key' ? scrollSteps[key.name] : undefined;
  if (step === undefined) return undefined;
  const most = dialog.asked.preview?.length ?? 0;
  return keep(replaced(state, { ...dialog, scroll: Math.min(most, Math.max(0, dialog.scroll + step)) }));
}

function onReason(
  state: State,
  dialog: Extract<Dialog, { kind: 'approval' }> & { readonly reason: NonNullable<unknown> },
  key: Key,
): Step | undefined {
  const reason = dialog.reason ?? emptyEditor;
  if (isKey(key, 'escape')) return keep(replaced(state, { ...dialog, reason: undefined }));
  if (isKey(key, 'enter')) {
    const text = reason.text.trim().slice(0, 2000);
    return answered(state, dialog.asked.callId, text === '' ? { kind: 'reject' } : { kind: 'reject', reason: text });
  }
  const changed =
    key.type === 'key'
      ? key.name === 'newline'
        ? undefined
        : edit(reason, key.name)
      : insert(reason, oneLine(key.text));
  return changed ? keep(replaced(state, { ...dialog, reason: changed })) : swallow(state, key);
}

function oneLine(text: string): string {
  return text.replaceAll('\n', ' ');
}

function onChoice(state: State, choice: Choice, key: Key): Step | undefined {
  const rows = rowsOf(choice);
  const selected = Math.min(choice.selected, Math.max(0, rows.length - 1));
  const row = rows[selected];
  const move = (to: number): Step =>
    keep(replaced(state, { ...choice, selected: rows.length === 0 ? 0 : (to + rows.length) % rows.length }));
  if (key.type === 'key') {
    switch (key.name) {
      case 'escape':
      case 'ctrl-c':
        return keep({ ...state, dialogs: state.dialogs.slice(1) });
      case 'up':
        return move(selected - 1);
      case 'down':
        return move(selected + 1);
      case 'backspace':
        return keep(replaced(state, { ...choice, filter: choice.filter.replace(/.$/su, ''), selected: 0 }));
      case 'tab':
        return choice.purpose === 'tools' && row ? switched(state, choice, nextApproval(row)) : swallow(state, key);
      case 'enter':
        if (row && choice.purpose === 'tools')
          return switched(state, choice, { ...row, enabled: row.enabled !== true });
        if (!row) return swallow(state, key);
        return {
          state: { ...state, dialogs: state.dialogs.slice(1) },
          effects: [{ type: 'chosen', purpose: choice.purpose, value: row.value }],
        };
      default:
        return swallow(state, key);
    }
  }
  return keep(replaced(state, { ...choice, filter: choice.filter + oneLine(key.text), selected: 0 }));
}

function nextApproval(row: ChoiceRow): ChoiceRow {
  return { ...row, approval: row.approval === 'auto' ? 'ask' : 'auto' };
}

function switched(state: State, choice: Choice, row: ChoiceRow): Step {
  const rows = choice.rows.map((one) => (one.value === row.value ? row : one));
  return { state: replaced(state, { ...choice, rows }), effects: [{ type: 'switch_tool', row }] };
}

/** The rows in which every word that was typed occurs. */
export function rowsOf({ rows, filter }: Choice): readonly ChoiceRow[] {
  const words = filter
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return rows.filter(({ title, detail, value }) => {
    const text = `${title} ${detail} ${value}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

/** The answer is on its way: the same key pressed twice answers one question. */
function answered(state: State, callId: string, approval: ApprovalRequest): Step {
  const effects: Effect[] = [{ type: 'approve', callId, approval }];
  return { state: { ...state, dialogs: state.dialogs.slice(1) }, effects };
}

function replaced(state: State, dialog: Dialog): State {
  return { ...state, dialogs: [dialog, ...state.dialogs.slice(1)] };
}

function keep(state: State): Step {
  return { state, effects: [] };
}

/** Control keys keep their meaning while a question is open; everything else waits for the answer. */
function swallow(state: State, key: Key): Step | undefined {
  if (key.type === 'key' && (key.name === 'escape' || key.name.startsWith('ctrl-'))) return undefined;
  return keep(state);
}

function isLetter(key: Key, letter: string): boolean {
  return key.type === 'text' && key.text.toLowerCase() === letter;
}

function isKey(key: Key, name: string): boolean {
  return key.type === 'key' && key.name === name;
}
