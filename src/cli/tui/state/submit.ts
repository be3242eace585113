import { emptyEditor } from '../input/editor.ts';
import { notice } from './on-event.ts';
import { commandsThatBegin, isSlashCommand, parseSlash } from './slash.ts';
import type { Effect, Question, State, Step } from './types.ts';

/** Enter: a command runs at once, a question goes to the assistant or waits for the turn under way. */
export function submit(state: State): Step {
  const text = state.editor.text.trim();
  const slash = parseSlash(text);
  if (slash && isSlashCommand(slash.name)) return command(remembered(state, text), slash);
  if (slash) {
    const [close] = commandsThatBegin(slash.name.slice(0, 2));
    const saying = { key: 'tui.unknownCommand' as const, values: { name: slash.name, close: `/${close ?? 'help'}` } };
    return { state: notice({ ...state, menu: undefined }, 'warning', saying), effects: [] };
  }
  if (text === '' && state.attachments.length === 0) return { state, effects: [] };
  const question: Question = { text, attachments: state.attachments };
  const { state: next, effects } = remembered({ ...state, attachments: [] }, text);
  if (state.turn !== 'idle') return { state: { ...next, queue: [...next.queue, question] }, effects };
  return { state: { ...next, turn: 'running' }, effects: [...effects, { type: 'send', question }] };
}

function command({ state, effects }: Step, { name, rest }: { name: string; rest: string }): Step {
  if (name === 'exit') return { state, effects: [...effects, { type: 'leave' }] };
  return { state, effects: [...effects, { type: 'command', name, rest }] };
}

/** The editor is empty again, and the arrows bring the text back. */
function remembered(state: State, text: string): { state: State; effects: Effect[] } {
  const { entries } = state.history;
  const isNew = text !== '' && entries[0] !== text;
  const history = { entries: isNew ? [text, ...entries] : entries, at: undefined, typed: '' };
  const effects: Effect[] = isNew ? [{ type: 'remember', text }] : [];
  return { state: { ...state, editor: emptyEditor, menu: undefined, history }, effects };
}

/** After a turn: the next question that waits. */
export function sendNext(state: State): Step {
  const [question, ...queue] = state.queue;
  if (!question || state.turn !== 'idle') return { state, effects: [] };
  return { state: { ...state, queue, turn: 'running' }, effects: [{ type: 'send', question }] };
}
