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

/** The lines that hold the text, in any case of letters. */
export function matching(lines: readonly TextLine[], search: string): readonly TextLine[] {
  if (search === '') return lines;
  const wanted = search.toLocaleLowerCase();
  return lines.filter(({ text }) => text.toLocaleLowerCase().includes(wanted));
}

export interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

const mostPieces = 200;

/** A text in pieces, those that match apart. */
export function piecesOf(text: string, search: string): readonly Piece[] {
  if (search === '') return [{ text, isMatch: false }];
  const [low, wanted] = [text.toLocaleLowerCase(), search.toLocaleLowerCase()];
  // Some letters change their length with their case; places would be wrong.
  if (low.length !== text.length) return [{ text, isMatch: false }];
  const pieces: Piece[] = [];
  let from = 0;
  for (let at = low.indexOf(wanted); at >= 0 && pieces.length < mostPieces; at = low.indexOf(wanted, from)) {
    if (at > from) pieces.push({ text: text.slice(from, at), isMatch: false });
    pieces.push({ text: text.slice(at, at + wanted.length), isMatch: true });
    from = at + wanted.length;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isMatch: false });
  return pieces;
}
