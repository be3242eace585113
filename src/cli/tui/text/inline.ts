import type { MarkedToken, Token } from 'marked';
import { printableLine } from '../../output/printable.ts';
import type { Line, Span, Style } from './line.ts';

const deepest = 12;

/** The words of a block, one line for each line break in it. */
export function inlineLines(tokens: readonly Token[], style: Style): Line[] {
  const lines: Span[][] = [[]];
  for (const span of tokens.flatMap((token) => spansOf(token, { style, depth: 0 }))) {
    if (span === lineEnd) lines.push([]);
    else if (span.text !== '') lines.at(-1)?.push(span);
  }
  return lines;
}

const lineEnd: Span = { text: '\n' };

function spansOf(token: Token, { style, depth }: { style: Style; depth: number }): Span[] {
  const words = (text: string, own: Style = style): Span[] =>
    text.split('\n').flatMap((part, index) => [
      // A line end inside a paragraph is a space.
      ...(index > 0 ? [{ text: ' ', style: own }] : []),
      { text: decode(part.replaceAll('\t', ' ')), style: own },
    ]);
  if (depth > deepest) return words(token.raw);
  // The lexer's own types: an extension would add others, and there is none.
  const inline = token as MarkedToken;
  const within = (tokens: readonly Token[], more: Style): Span[] =>
    tokens.flatMap((one) => spansOf(one, { style: { ...style, ...more }, depth: depth + 1 }));
  switch (inline.type) {
    case 'text':
      return inline.tokens ? within(inline.tokens, {}) : words(inline.text);
    case 'escape':
      return words(inline.text);
    case 'strong':
      return within(inline.tokens, { bold: true });
    case 'em':
      return within(inline.tokens, { italic: true });
    case 'del':
      return within(inline.tokens, { strikethrough: true });
    case 'codespan':
      return [{ text: inline.text.replaceAll(/[\n\t]/g, ' '), style: { ...style, color: 'yellow' } }];
    case 'br':
      return [lineEnd];
    case 'link': {
      const shown = within(inline.tokens, { underline: true });
      const href = printableLine(inline.href);
      // Where a link leads is said: its words may claim another place.
      return inline.text === href || inline.autolink
        ? shown
        : [...shown, { text: ` (${href})`, style: { ...style, dim: true } }];
    }
    case 'image':
      return words(`[${inline.text}] (${printableLine(inline.href)})`, { ...style, dim: true });
    default:
      return words(inline.raw);
  }
}

const entities: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&nbsp;': ' ',
};

function decode(text: string): string {
  return text.replaceAll(/&(?:lt|gt|amp|quot|#39|nbsp);/g, (entity) => entities[entity] ?? entity);
}
