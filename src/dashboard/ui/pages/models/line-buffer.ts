/** The last lines of a text that comes in pieces. */
export interface LineBuffer {
  readonly lines: readonly string[];
  /** What has no line end yet. */
  readonly rest: string;
  /** Lines that are no longer there. */
  readonly dropped: number;
}

export const noLines: LineBuffer = { lines: [], rest: '', dropped: 0 };

const longestLine = 1_000_000;

/** With one more piece; at most so many lines are kept. A line without an end is ended where it gets too long. */
export function append(before: LineBuffer, piece: string, mostLines: number): LineBuffer {
  const parts = (before.rest + piece).split('\n');
  let rest = parts.pop() ?? '';
  if (rest.length > longestLine) {
    parts.push(rest);
    rest = '';
  }
  const all = parts.length === 0 ? before.lines : [...before.lines, ...parts];
  const over = Math.max(0, all.length - mostLines);
  return { lines: over > 0 ? all.slice(over) : all, rest, dropped: before.dropped + over };
}
