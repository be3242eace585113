import type { CliOutput } from '../types.ts';
import { lineWidth, paint, type Line } from './text/line.ts';
import type { Cursor } from './view/dialog-lines.ts';

const escape = '\u001B[';
/** Terminals that know it show what is between at once (synchronized output, DEC private mode 2026); others ignore it. */
const together = { begin: `${escape}?2026h`, end: `${escape}?2026l` };
const showCursor = `${escape}?25h`;

export interface Picture {
  /** Written once, above what follows. */
  readonly above: readonly Line[];
  readonly lines: readonly Line[];
  readonly cursor: Cursor;
}

/** The bottom of a terminal that is drawn again and again; what is above it belongs to the terminal and scrolls away. */
export interface Screen {
  draw(picture: Picture): void;
  /** Empties the window, not what has scrolled away. */
  clear(): void;
  /** Leaves what is drawn; the cursor is below it. */
  leave(): void;
  /** Removes what is drawn. */
  remove(): void;
}

export function createScreen(output: CliOutput, { colors }: { colors: boolean }): Screen {
  let drawn: readonly Line[] = [];
  let cursorRow = 0;
  let last = '';

  const columns = (): number => (output.columns && output.columns > 0 ? output.columns : 80);
  // A terminal that became narrower has wrapped what was drawn, so it takes more rows than before.
  const rowsOf = (lines: readonly Line[]): number =>
    lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(lineWidth(line) / columns())), 0);
  const toTop = (): string => {
    if (drawn.length === 0) return '';
    const up = rowsOf(drawn.slice(0, cursorRow));
    return `\r${up > 0 ? `${escape}${up}A` : ''}${escape}J`;
  };
  const text = (lines: readonly Line[]): string => lines.map((line) => paint(line, { colors })).join('\r\n');

  return {
    draw({ above, lines, cursor }) {
      const body = text(lines);
      const below = lines.length - 1 - cursor.row;
      const place = `\r${below > 0 ? `${escape}${below}A` : ''}${cursor.column > 0 ? `${escape}${cursor.column}C` : ''}`;
      const next = `${body}${place}`;
      if (above.length === 0 && next === last && drawn.length > 0) return;
      const kept = above.length === 0 ? '' : `${text(above)}\r\n`;
      output.write(`${together.begin}${toTop()}${kept}${next}${showCursor}${together.end}`);
      drawn = lines;
      cursorRow = cursor.row;
      last = next;
    },
    clear() {
      output.write(`${escape}2J${escape}H`);
      drawn = [];
      last = '';
    },
    leave() {
      if (drawn.length === 0) return;
      const down = rowsOf(drawn.slice(cursorRow + 1));
      output.write(`${down > 0 ? `${escape}${down}B` : ''}\r\n`);
      drawn = [];
      last = '';
    },
    remove() {
      output.write(toTop());
      drawn = [];
      last = '';
    },
  };
}
