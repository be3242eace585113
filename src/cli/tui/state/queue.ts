import { editorOf } from '../input/editor.ts';
import type { State } from './types.ts';

/** What waits goes back into the editor, in front of what stands there. */
export function takenBack(state: State): State {
  if (state.queue.length === 0) return state;
  const text = [...state.queue.map((one) => one.text), state.editor.text].filter((one) => one !== '').join('\n\n');
  const attachments = [...state.queue.flatMap((one) => one.attachments), ...state.attachments];
  return { ...state, queue: [], attachments, editor: editorOf(text) };
}
