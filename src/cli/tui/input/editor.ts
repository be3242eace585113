import { graphemesOf, graphemeWidth } from '../text/line.ts';
import type { KeyName } from './keys.ts';

/** A text of several lines and where the next character goes. `at` never stands inside a character. */
export interface Editor {
  readonly text: string;
  readonly at: number;
}

export const emptyEditor: Editor = { text: '', at: 0 };

export function editorOf(text: string): Editor {
  return { text, at: text.length };
}

export function insert({ text, at }: Editor, added: string): Editor {
  const clean = added.replaceAll(/[^\P{Cc}\n]/gu, '');
  const next = text.slice(0, at) + clean + text.slice(at);
  // A mark may join the characters around it, and then the place is behind all of them.
  return { text: next, at: borderFrom(next, at + clean.length) };
}

/** Undefined for a key that does not edit. */
export function edit(editor: Editor, key: KeyName): Editor | undefined {
  const { text, at } = editor;
  switch (key) {
    case 'newline':
      return insert(editor, '\n');
    case 'backspace':
      return remove(editor, before(text, at), at);
    case 'delete':
      return remove(editor, at, after(text, at));
    case 'delete-word':
    case 'ctrl-w':
      return remove(editor, wordStart(text, at), at);
    case 'ctrl-u':
      return remove(editor, lineStart(text, at), at);
    case 'ctrl-k':
      return remove(editor, at, lineEnd(text, at));
    case 'left':
    case 'ctrl-b':
      return { text, at: before(text, at) };
    case 'right':
    case 'ctrl-f':
      return { text, at: after(text, at) };
    case 'word-left':
      return { text, at: wordStart(text, at) };
    case 'word-right':
      return { text, at: wordEnd(text, at) };
    case 'home':
    case 'ctrl-a':
      return { text, at: lineStart(text, at) };
    case 'end':
    case 'ctrl-e':
      return { text, at: lineEnd(text, at) };
    default:
      return undefined;
  }
}

/** One line up or down; undefined on the first or last. */
export function moveLine({ text, at }: Editor, step: 1 | -1): Editor | undefined {
  const start = lineStart(text, at);
  const column = graphemesOf(text.slice(start, at)).length;
  const other = step === -1 ? (start === 0 ? undefined : lineStart(text, start - 1)) : nextLine(text, at);
  if (other === undefined) return undefined;
  const line = graphemesOf(text.slice(other, lineEnd(text, other)));
  return { text, at: other + line.slice(0, column).join('').length };
}

function nextLine(text: string, at: number): number | undefined {
  const end = lineEnd(text, at);
  return end === text.length ? undefined : end + 1;
}

function remove({ text }: Editor, from: number, to: number): Editor {
  const next = text.slice(0, from) + text.slice(to);
  return { text: next, at: borderFrom(next, from) };
}

function before(text: string, at: number): number {
  const last = graphemesOf(text.slice(0, at)).at(-1);
  return at - (last?.length ?? 0);
}

function after(text: string, at: number): number {
  return at + (graphemesOf(text.slice(at))[0]?.length ?? 0);
}

/** The first border of a character at or behind a place. */
function borderFrom(text: string, at: number): number {
  let end = 0;
  for (const grapheme of graphemesOf(text)) {
    if (end >= at) break;
    end += grapheme.length;
  }
  return end;
}

function lineStart(text: string, at: number): number {
  return at === 0 ? 0 : text.lastIndexOf('\n', at - 1) + 1;
}

function lineEnd(text: string, at: number): number {
  const end = text.indexOf('\n', at);
  return end === -1 ? text.length : end;
}

function wordStart(text: string, at: number): number {
  return at - (/(?:[\p{L}\p{N}_]\p{M}*)*[^\p{L}\p{N}_]*$/u.exec(text.slice(0, at))?.[0].length ?? 0);
}

function wordEnd(text: string, at: number): number {
  return at + (/^[^\p{L}\p{N}_]*(?:[\p{L}\p{N}_]\p{M}*)*/u.exec(text.slice(at))?.[0].length ?? 0);
}

export interface EditorRows {
  readonly rows: readonly string[];
  readonly cursor: { readonly row: number; readonly column: number };
}

/** The text as rows of a width, and the place of the cursor among them. */
export function editorRows({ text, at }: Editor, width: number): EditorRows {
  const room = Math.max(2, width);
  const rows = [''];
  let column = 0;
  let offset = 0;
  let cursor = { row: 0, column: 0 };
  const mark = (): void => {
    if (offset === at) cursor = { row: rows.length - 1, column };
  };
  for (const grapheme of graphemesOf(text)) {
    const columns = grapheme === '\n' ? 0 : graphemeWidth(grapheme);
    if (grapheme !== '\n' && column + columns > room) {
      rows.push('');
      column = 0;
    }
    mark();
    if (grapheme === '\n') {
      rows.push('');
      column = 0;
    } else {
      rows[rows.length - 1] += grapheme;
      column += columns;
    }
    offset += grapheme.length;
  }
  if (column === room && offset === at) {
    rows.push('');
    column = 0;
  }
  mark();
  return { rows, cursor };
}
