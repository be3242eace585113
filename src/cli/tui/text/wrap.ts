import { graphemesOf, graphemeWidth, lineWidth, type Line, type Span, type Style } from './line.ts';

interface Cell {
  readonly text: string;
  readonly width: number;
  readonly style: Style | undefined;
}

export interface WrapOptions {
  readonly width: number;
  /** In front of the first row and of the others. */
  readonly first?: Line | undefined;
  readonly rest?: Line | undefined;
}

// Signs that Chinese and Japanese texts do not begin a row with.
const closing = /^[，。！？、；：）」』】》〉”’…·,.!?;:)\]}]/u;

/** Breaks a line at spaces and between wide characters; a word longer than a row is cut. No row is wider than asked. */
export function wrap(line: Line, { width, first = [], rest = first }: WrapOptions): Line[] {
  const widest = Math.max(lineWidth(first), lineWidth(rest));
  // On a terminal so narrow that the prefix leaves no room, the text matters more.
  if (widest > 0 && width - widest < 4) return wrap(line, { width });
  const room = Math.max(2, width - widest);
  if (line.every(({ text }) => /^[\x20-\x7E]*$/.test(text)) && lineWidth(line) <= room) return [[...first, ...line]];
  const rows: Line[] = [];
  for (const row of rowsOf(cellsOf(line), room)) rows.push([...(rows.length === 0 ? first : rest), ...spansOf(row)]);
  return rows;
}

function cellsOf(line: Line): Cell[] {
  return line.flatMap(({ text, style }) =>
    graphemesOf(text).map((grapheme) => ({ text: grapheme, width: graphemeWidth(grapheme), style })),
  );
}

function rowsOf(cells: readonly Cell[], room: number): Cell[][] {
  const rows: Cell[][] = [];
  let row: Cell[] = [];
  let width = 0;
  let breakAt = 0;
  for (const cell of cells) {
    if (canBreakBefore(cell, row.at(-1))) breakAt = row.length;
    if (width + cell.width > room && cell.text !== ' ') {
      const at = breakAt === 0 ? row.length : breakAt;
      rows.push(withoutEnd(row.slice(0, at)));
      row = row.slice(at);
      width = row.reduce((sum, one) => sum + one.width, 0);
      breakAt = 0;
      // What was carried over may itself be too long with this cell: then it is cut.
      if (width + cell.width > room && row.length > 0) {
        rows.push(row);
        row = [];
        width = 0;
      }
    }
    row.push(cell);
    width += cell.width;
  }
  rows.push(withoutEnd(row));
  return rows;
}

function canBreakBefore(cell: Cell, before: Cell | undefined): boolean {
  if (before === undefined || cell.text === ' ') return false;
  if (before.text === ' ') return true;
  return (cell.width === 2 || before.width === 2) && !closing.test(cell.text);
}

/** Spaces at the end of a row are not seen, and would be wider than it. */
function withoutEnd(row: readonly Cell[]): Cell[] {
  let end = row.length;
  while (end > 0 && row[end - 1]?.text === ' ') end -= 1;
  return row.slice(0, end);
}

function spansOf(row: readonly Cell[]): Span[] {
  const spans: { text: string; style: Style | undefined }[] = [];
  for (const { text, style } of row) {
    const last = spans.at(-1);
    if (last && last.style === style) last.text += text;
    else spans.push({ text, style });
  }
  return spans;
}

/** The line cut to a width, with an ellipsis when something is lost. */
export function cut(line: Line, width: number): Line {
  if (lineWidth(line) <= width) return line;
  const kept: Cell[] = [];
  let used = 1;
  for (const cell of cellsOf(line)) {
    used += cell.width;
    if (used > width) break;
    kept.push(cell);
  }
  return width <= 0 ? [] : [...spansOf(kept), { text: '…' }];
}

export function pad(line: Line, width: number): Line {
  const missing = width - lineWidth(line);
  return missing > 0 ? [...line, { text: ' '.repeat(missing) }] : line;
}
