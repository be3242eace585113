import { Lexer, type MarkedToken, type Token, type Tokens } from 'marked';
import { printable } from '../../output/printable.ts';
import { diffLines } from './diff.ts';
import { inlineLines } from './inline.ts';
import { cleanLines, lineWidth, plain, styled, type Line } from './line.ts';
import { tableLines } from './table.ts';
import { wrap } from './wrap.ts';

/** What is longer is shown as it was written: nobody reads it as Markdown, and the parser takes its time with nested marks. */
const longestText = 60_000;
const longestLine = 8_000;
const deepest = 12;

/** The rows of a Markdown text. It may come from anybody: nothing in it but our own marks reaches the terminal. */
export function markdownLines(text: string, width: number): Line[] {
  const lines = blocksOf(printable(text)).flatMap((block, index) => [
    ...(index > 0 ? [[]] : []),
    ...blockLines(block, { width, depth: 0 }),
  ]);
  // Marks and columns of what is nested may leave no room for it.
  return lines.flatMap((line) => (lineWidth(line) > width ? wrap(line, { width }) : [line]));
}

export interface Split {
  /** Blocks that no later text changes. */
  readonly done: string;
  /** What may still become something else. */
  readonly open: string;
}

/** Where a text that is still coming can be cut: before its last block. */
export function splitBlocks(text: string): Split {
  const all = tokensOf(text);
  const blocks = all.filter(isBlock);
  const last = blocks.at(-1);
  const before = blocks.at(-2);
  if (!last || !before) return { done: '', open: text };
  // Behind a list, the first line of what follows decides whether the list goes on.
  const from = before.type === 'list' && !last.raw.includes('\n') ? before : last;
  const done = all
    .slice(0, all.indexOf(from))
    .map(({ raw }) => raw)
    .join('');
  // The parser reads some line ends and spaces in its own way, and then there is no place to cut.
  return text.startsWith(done) ? { done, open: text.slice(done.length) } : { done: '', open: text };
}

function blocksOf(text: string): Token[] {
  return tokensOf(text).filter(isBlock);
}

function isBlock({ type }: Token): boolean {
  return type !== 'space' && type !== 'def';
}

function tokensOf(text: string): Token[] {
  return sections(text).flatMap((section): Token[] => {
    if (section.length > longestText || section.split('\n').some((line) => line.length > longestLine)) {
      return [asWritten(section)];
    }
    try {
      return new Lexer({ gfm: true }).lex(section);
    } catch (error) {
      // Marks nested thousands deep end the stack, not the program.
      if (error instanceof RangeError) return [asWritten(section)];
      throw error;
    }
  });
}

/** A text too long for the parser, cut at empty lines outside of code. */
function sections(text: string): string[] {
  if (text.length <= longestText) return [text];
  const found: string[] = [];
  let section = '';
  let inCode = false;
  for (const line of text.split(/(?<=\n)/)) {
    if (/^ {0,3}(?:```|~~~)/.test(line)) inCode = !inCode;
    if (!inCode && line.trim() === '' && section.length > longestText / 4) {
      found.push(section);
      section = '';
    }
    section += line;
  }
  return [...found, section];
}

function asWritten(text: string): Tokens.Text {
  return { type: 'text', raw: text, text };
}

interface Place {
  readonly width: number;
  readonly depth: number;
}

function blockLines(token: Token, place: Place): Line[] {
  const { width, depth } = place;
  if (depth > deepest) return rawLines(token.raw, width);
  // The lexer's own types: an extension would add others, and there is none.
  const block = token as MarkedToken;
  switch (block.type) {
    case 'heading':
      return inlineLines(block.tokens, { bold: true, color: 'cyan', underline: block.depth === 1 }).flatMap((line) =>
        wrap(line, { width }),
      );
    case 'code':
      return codeLines(block, width);
    case 'blockquote':
      return inner(block.tokens, { width: width - 2, depth: depth + 1 }).map((line) => [
        ...styled('│ ', { dim: true }),
        ...line,
      ]);
    case 'list':
      return listLines(block, place);
    case 'table':
      return tableLines(block, width);
    case 'hr':
      return [styled('─'.repeat(Math.max(1, Math.min(width, 40))), { dim: true })];
    case 'paragraph':
      return inlineLines(block.tokens, {}).flatMap((line) => wrap(line, { width }));
    case 'text':
      if (block.tokens) return inlineLines(block.tokens, {}).flatMap((line) => wrap(line, { width }));
      return rawLines(block.text, width);
    default:
      return rawLines(block.raw, width);
  }
}

function inner(tokens: readonly Token[], place: Place): Line[] {
  return tokens.flatMap((token, index) => {
    if (token.type === 'space' || token.type === 'def' || token.type === 'checkbox') return [];
    const gap = index > 0 && tokens[index - 1]?.type === 'space';
    return [...(gap ? [[]] : []), ...blockLines(token, place)];
  });
}

function rawLines(text: string, width: number): Line[] {
  return cleanLines(text.replace(/\n+$/, '')).flatMap((line) => wrap(plain(line), { width }));
}

function codeLines({ text, lang }: Tokens.Code, width: number): Line[] {
  const bar = styled('▏ ', { dim: true });
  const lines = lang === 'diff' ? diffLines(text) : cleanLines(text).map((line) => styled(line, { color: 'cyan' }));
  return lines.flatMap((line) => wrap(line, { width, first: bar }));
}

function listLines(list: Tokens.List, { width, depth }: Place): Line[] {
  const start = typeof list.start === 'number' ? list.start : 1;
  return list.items.flatMap((item, index) => {
    const task = item.checked ? '☑ ' : '☐ ';
    const mark = plain(item.task ? task : list.ordered ? `${start + index}. ` : '• ');
    const indent = lineWidth(mark);
    const lines = inner(item.tokens, { width: width - indent, depth: depth + 1 });
    const rows = (lines.length === 0 ? [[]] : lines).map((line, at) => [
      ...(at === 0 ? mark : plain(' '.repeat(indent))),
      ...line,
    ]);
    return list.loose && index > 0 ? [[], ...rows] : rows;
  });
}
