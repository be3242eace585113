import type { LogLine } from '#contract';

export type TextLine = Extract<LogLine, { text: string }>;

export interface LogState {
  readonly lines: readonly TextLine[];
  /** Lines that are no longer kept. */
  readonly dropped: number;
  readonly isCut: boolean;
  readonly error: string | undefined;
}

export const emptyLog: LogState = { lines: [], dropped: 0, isCut: false, error: undefined };

/** As many lines as a page keeps. */
export const mostLines = 100_000;

export function addLines(before: LogState, added: readonly LogLine[]): LogState {
  let { isCut, error } = before;
  const lines = [...before.lines];
  for (const line of added) {
    if ('text' in line) lines.push(line);
    else if (line.type === 'limit') isCut = true;
    else error = line.message;
  }
  const over = Math.max(0, lines.length - mostLines);
  return { lines: over > 0 ? lines.slice(over) : lines, dropped: before.dropped + over, isCut, error };
}
