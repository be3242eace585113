import { foundBy } from '../../chat/history-search.ts';
import { printableLine } from '../../output/printable.ts';
import type { Translate } from '../../messages/translate.ts';
import { editorOf, editorRows } from '../input/editor.ts';
import { slashCommands } from '../state/slash.ts';
import type { Menu, State } from '../state/types.ts';
import { plain, styled, type Line } from '../text/line.ts';
import { cut, pad, wrap } from '../text/wrap.ts';
import { dialogLines, type Cursor, type Drawn } from './dialog-lines.ts';
import { statusLine } from './status-line.ts';

export interface Frame {
  readonly lines: readonly Line[];
  /** Where the cursor of the terminal stands, so that input methods open at the text. */
  readonly cursor: Cursor;
}

export interface FrameOptions {
  readonly columns: number;
  readonly rows: number;
  readonly t: Translate;
  /** Which picture of the moving sign. */
  readonly tick: number;
  /** What of the transcript may still change. */
  readonly open: readonly Line[];
  readonly home: string;
}

const mostMenuRows = 8;

/** What is drawn again and again at the bottom of the terminal. It is never higher than the terminal. */
export function frame(state: State, options: FrameOptions): Frame {
  const { columns, t } = options;
  const rows = Math.max(4, options.rows - 1);
  const status = statusLine(state, options);
  const chips = [...queueLines(state, options), ...attachmentLines(state, columns)];
  const input = editorPart(state, { columns, most: Math.max(1, Math.floor(rows / 2)), t });
  const [dialog] = state.dialogs;
  const shown = dialog && dialogLines(dialog, { columns, rows: Math.max(4, rows - input.lines.length - 3), t });
  // A choice has the keyboard; the editor would only confuse.
  const asksAll = dialog?.kind === 'choice' || shown?.cursor !== undefined;
  const parts: Drawn[] = [
    { lines: [[], ...chips] },
    ...(shown ? [shown] : []),
    ...(asksAll ? [] : [input]),
    ...(!shown && state.menu ? [{ lines: menuLines(state.menu, { columns, t }) }] : []),
    { lines: [status] },
  ];
  const bottom = stack(parts);
  const space = rows - bottom.lines.length;
  const open = space <= 0 ? [] : options.open.slice(-space);
  const cut = Math.max(0, bottom.lines.length - rows);
  const row = Math.max(0, open.length + bottom.cursor.row - cut);
  return { lines: [...open, ...bottom.lines.slice(cut)], cursor: { row, column: bottom.cursor.column } };
}

function stack(parts: readonly Drawn[]): { lines: readonly Line[]; cursor: Cursor } {
  const lines: Line[] = [];
  let cursor: Cursor | undefined;
  for (const part of parts) {
    if (part.cursor) cursor = { row: lines.length + part.cursor.row, column: part.cursor.column };
    lines.push(...part.lines);
  }
  return { lines, cursor: cursor ?? { row: lines.length - 1, column: 0 } };
}

function editorPart(state: State, { columns, most, t }: { columns: number; most: number; t: Translate }): Drawn {
  const { search, history, editor } = state;
  const shown = search ? editorOf(foundBy(search, history.entries)) : editor;
  const { rows, cursor } = editorRows(shown, columns - 3);
  const head = search
    ? wrap(styled(t('chat.search', { query: search.query }), { color: 'yellow' }), { width: columns })
    : [];
  const first = Math.max(0, Math.min(cursor.row - most + 1, rows.length - most));
  const lines = rows.slice(first, first + most).map((row, index): Line => {
    return [...styled(first + index === 0 ? '› ' : '  ', { color: 'cyan', bold: true }), ...plain(row)];
  });
  return { lines: [...head, ...lines], cursor: { row: head.length + cursor.row - first, column: cursor.column + 2 } };
}

function menuLines(menu: Menu, { columns, t }: { columns: number; t: Translate }): Line[] {
  const first = Math.max(0, Math.min(menu.selected - mostMenuRows + 1, menu.rows.length - mostMenuRows));
  return menu.rows.slice(first, first + mostMenuRows).map((row, index): Line => {
    const isSelected = first + index === menu.selected;
    const command = slashCommands.find(({ name }) => name === row);
    const name = menu.kind === 'command' ? `/${row}` : printableLine(row);
    const detail = menu.kind === 'command' && command ? `${t(command.summary)}  ${command.takes}` : '';
    return cut(
      [
        ...styled(isSelected ? '› ' : '  ', { color: 'cyan', bold: true }),
        ...pad(styled(name, { bold: isSelected }), menu.kind === 'command' ? 14 : 0),
        ...styled(detail, { dim: true }),
      ],
      columns,
    );
  });
}

function queueLines({ queue }: State, { columns, t }: FrameOptions): Line[] {
  if (queue.length === 0) return [];
  const lines = queue.map(({ text }) =>
    cut(styled(`  ${t('tui.queued', { text: printableLine(text) })}`, { dim: true }), columns),
  );
  return [...lines.slice(0, 3), cut(styled(`  ${t('tui.queueHint')}`, { dim: true }), columns)];
}

function attachmentLines({ attachments }: State, columns: number): Line[] {
  if (attachments.length === 0) return [];
  const names = attachments.map(({ kind, name }) => `[${kind}: ${printableLine(name)}]`).join(' ');
  return wrap(styled(names, { color: 'magenta' }), { width: columns, first: plain('  ') });
}
