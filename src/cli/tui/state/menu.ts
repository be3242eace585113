import { insert, type Editor } from '../input/editor.ts';
import { commandsThatBegin, isSlashCommand, slashCommands } from './slash.ts';
import type { Effect, Menu, State, Step } from './types.ts';

/** The word before the cursor that can be completed. */
export function completable({ text, at }: Editor): { kind: Menu['kind']; from: number; prefix: string } | undefined {
  const before = text.slice(0, at);
  const command = /^\/([a-z]*)$/.exec(before);
  if (command && !text.includes('\n')) return { kind: 'command', from: 0, prefix: command[1] ?? '' };
  const file = /(?:^|\s)@(?:"([^"\n]*)|([^\s"]*))$/.exec(before);
  if (!file) return undefined;
  const prefix = file[1] ?? file[2] ?? '';
  return { kind: 'file', from: before.lastIndexOf('@'), prefix };
}

/** The menu that belongs to what was just typed. Files are asked for; commands are known. */
export function withMenu(state: State): Step {
  const word = completable(state.editor);
  if (!word) return { state: { ...state, menu: undefined }, effects: [] };
  if (word.kind === 'command') {
    const rows = commandsThatBegin(word.prefix);
    const exact = rows.length === 1 && rows[0] === word.prefix;
    return {
      state: { ...state, menu: rows.length === 0 || exact ? undefined : { ...word, rows, selected: 0 } },
      effects: [],
    };
  }
  const shown = state.menu?.kind === 'file' && state.menu.from === word.from ? state.menu.rows : [];
  const rows = shown.filter((path) => path.startsWith(word.prefix));
  const effects: Effect[] = [{ type: 'complete', prefix: word.prefix }];
  return { state: { ...state, menu: rows.length === 0 ? undefined : { ...word, rows, selected: 0 } }, effects };
}

/** Paths that were asked for; those of a word that has changed since are of no use. */
export function withFiles(state: State, prefix: string, paths: readonly string[]): State {
  const word = completable(state.editor);
  if (word?.kind !== 'file' || word.prefix !== prefix) return state;
  const rows = paths.filter((path) => path.startsWith(prefix) && path !== prefix);
  return { ...state, menu: rows.length === 0 ? undefined : { ...word, rows, selected: 0 } };
}

export function moveMenu(menu: Menu, step: 1 | -1): Menu {
  const { length } = menu.rows;
  return { ...menu, selected: (menu.selected + step + length) % length };
}

/** Puts the selected row in place of the word; a folder goes on being completed. */
export function accept(state: State, menu: Menu): Step {
  const row = menu.rows[menu.selected] ?? '';
  const { text, at } = state.editor;
  const rest = text.slice(at);
  const isFolder = menu.kind === 'file' && row.endsWith('/');
  const path = /[\s"]/.test(row) ? (isFolder ? `"${row}` : `"${row}"`) : row;
  const word = menu.kind === 'command' ? `/${row}` : `@${path}`;
  const space = isFolder || rest.startsWith(' ') ? '' : ' ';
  const editor = insert({ text: text.slice(0, menu.from) + rest, at: menu.from }, word + space);
  const next = { ...state, editor, menu: undefined };
  return isFolder ? withMenu(next) : { state: next, effects: [] };
}

/** Whether Enter on a row of the menu runs the command at once. */
export function runsAtOnce(menu: Menu): boolean {
  const name = menu.rows[menu.selected] ?? '';
  return (
    menu.kind === 'command' &&
    isSlashCommand(name) &&
    slashCommands.some((one) => one.name === name && one.takes === '')
  );
}
