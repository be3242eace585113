import type { TextLine } from './log-buffer.ts';

/** What is looked for. `/…/` is a regular expression, all else is text; letters match in any case. */
export type Pattern =
  | { readonly state: 'none' }
  | { readonly state: 'ready'; readonly expression: RegExp }
  | { readonly state: 'broken'; readonly reason: string };

export function readPattern(search: string): Pattern {
  if (search === '') return { state: 'none' };
  const source = /^\/(.+)\/$/s.exec(search)?.[1];
  try {
    return { state: 'ready', expression: new RegExp(source ?? literal(search), 'giu') };
  } catch (error) {
    return { state: 'broken', reason: error instanceof Error ? error.message : '' };
  }
}

function literal(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`);
}

/** Places of the lines that match, in order. */
export function matching(lines: readonly TextLine[], pattern: Pattern): readonly number[] {
  if (pattern.state !== 'ready') return [];
  const one = new RegExp(pattern.expression.source, 'iu');
  const found: number[] = [];
  for (const [index, { text }] of lines.entries()) if (one.test(text)) found.push(index);
  return found;
}

export interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

const mostPieces = 200;

/** A text in pieces, those that match apart. */
export function piecesOf(text: string, pattern: Pattern): readonly Piece[] {
  if (pattern.state !== 'ready') return [{ text, isMatch: false }];
  const pieces: Piece[] = [];
  let from = 0;
  for (const { 0: match, index } of text.matchAll(pattern.expression)) {
    if (match === '') continue;
    if (index > from) pieces.push({ text: text.slice(from, index), isMatch: false });
    pieces.push({ text: match, isMatch: true });
    from = index + match.length;
    if (pieces.length >= mostPieces) break;
  }
  if (from < text.length) pieces.push({ text: text.slice(from), isMatch: false });
  return pieces;
}
