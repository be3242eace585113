import type { CliOutput } from '../types.ts';
import { displayWidth } from './width.ts';

const fallbackColumns = 80;

/** Lines at the end of a terminal that are drawn again and again. */
export interface LiveArea {
  /** Replaces what is drawn. */
  draw(lines: readonly string[]): void;
  /** Writes a line that stays above what is drawn. */
  printAbove(line: string): void;
  /** Leaves what is drawn and forgets it. */
  leave(): void;
  /** Removes what is drawn. */
  clear(): void;
}

export function columnsOf(output: CliOutput): number {
  return output.columns && output.columns > 0 ? output.columns : fallbackColumns;
}

export function createLiveArea(output: CliOutput): LiveArea {
  let drawn: readonly string[] = [];

  // A terminal that became narrower has wrapped the old lines, so they take more rows than when they were drawn.
  const erase = (): string => {
    if (drawn.length === 0) return '';
    const columns = columnsOf(output);
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(displayWidth(line) / columns)), 0);
    return `\r${rows > 1 ? `\u001B[${rows - 1}A` : ''}\u001B[J`;
  };

  const draw = (lines: readonly string[], above = ''): void => {
    const text = erase() + above + lines.join('\n');
    drawn = lines;
    if (text !== '') output.write(text);
  };

  return {
    draw: (lines) => draw(lines),
    printAbove: (line) => draw(drawn, `${line}\n`),
    leave() {
      if (drawn.length > 0) output.write('\n');
      drawn = [];
    },
    clear: () => draw([]),
  };
}
