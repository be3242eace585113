import { createColors } from 'picocolors';
import { printable } from '../../output/printable.ts';
import { displayWidth } from '../../output/width.ts';

export interface Style {
  readonly bold?: boolean | undefined;
  readonly dim?: boolean | undefined;
  readonly italic?: boolean | undefined;
  readonly underline?: boolean | undefined;
  readonly strikethrough?: boolean | undefined;
  readonly inverse?: boolean | undefined;
  readonly color?: 'red' | 'green' | 'yellow' | 'blue' | 'magenta' | 'cyan' | undefined;
}

export interface Span {
  readonly text: string;
  readonly style?: Style | undefined;
}

/** One row of the terminal, or one that has yet to be wrapped. No line ends and no control characters in it. */
export type Line = readonly Span[];

export const plain = (text: string): Line => [{ text }];
export const styled = (text: string, style: Style): Line => [{ text, style }];

/** Lines of a text that nobody vouches for. */
export function cleanLines(text: string): readonly string[] {
  return printable(text)
    .replaceAll('\t', '    ')
    .split(/[\n\u2028\u2029]/);
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The segmenter takes time by the square of the length, so it gets short pieces. */
const longestPiece = 1000;

/** The characters of a text as people count them. */
export function graphemesOf(text: string): string[] {
  const found: string[] = [];
  let piece = '';
  const flush = (): void => {
    if (piece.length < 2) found.push(...(piece === '' ? [] : [piece]));
    else for (const { segment } of graphemes.segment(piece)) found.push(segment);
    piece = '';
  };
  for (const character of text) {
    // Nothing before such a character joins it; what follows may.
    if (standsAlone(character.codePointAt(0) ?? 0) || piece.length > longestPiece) flush();
    piece += character;
  }
  flush();
  return found;
}

function standsAlone(code: number): boolean {
  return (
    (code >= 0x20 && code <= 0x7e) ||
    code === 0x0a ||
    (code >= 0x3400 && code <= 0x4dbf) ||
    (code >= 0x4e00 && code <= 0x9fff) ||
    (code >= 0x3001 && code <= 0x3002) ||
    (code >= 0x3041 && code <= 0x3096) ||
    (code >= 0x30a1 && code <= 0x30fa) ||
    (code >= 0xff01 && code <= 0xff60)
  );
}

/** Columns of one character as people count them; terminals draw no cluster wider than two. */
export function graphemeWidth(grapheme: string): number {
  if (grapheme.length === 1) return displayWidth(grapheme);
  return /\uFE0F|\u200D/.test(grapheme) ? 2 : Math.min(2, displayWidth(grapheme));
}

export function textWidth(text: string): number {
  if (/^[\x20-\x7E]*$/.test(text)) return text.length;
  return graphemesOf(text).reduce((sum, grapheme) => sum + graphemeWidth(grapheme), 0);
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, { text }) => sum + textWidth(text), 0);
}

export function paint(line: Line, { colors }: { colors: boolean }): string {
  const c = createColors(colors);
  return line
    .map(({ text, style = {} }) => {
      let painted = text;
      if (style.color) painted = c[style.color](painted);
      for (const name of ['bold', 'dim', 'italic', 'underline', 'strikethrough', 'inverse'] as const) {
        if (style[name]) painted = c[name](painted);
      }
      return painted;
    })
    .join('');
}

export function lineText(line: Line): string {
  return line.map(({ text }) => text).join('');
}
