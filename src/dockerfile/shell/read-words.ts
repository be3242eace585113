import type { Word, WordPart } from 'unbash';
import type { Expansion, ShellWord } from './model.ts';

/** Parts below this depth are not looked into: nobody writes them by hand. */
const maxDepth = 12;

export function readWord(word: Word, base: number): ShellWord {
  const expansions: Expansion[] = [];
  for (const part of word.parts ?? []) collect(part, { base, isQuoted: false, depth: 0 }, expansions);
  return { start: base + word.pos, end: base + word.end, text: word.text, value: word.value, expansions };
}

interface Where {
  readonly base: number;
  readonly isQuoted: boolean;
  readonly depth: number;
}

function collect(part: WordPart, where: Where, found: Expansion[]): void {
  if (where.depth > maxDepth) return;
  const span = { start: where.base + part.pos, end: where.base + part.end, text: part.text };
  switch (part.type) {
    case 'DoubleQuoted':
    case 'LocaleString':
      for (const child of part.parts) collect(child, { ...where, isQuoted: true, depth: where.depth + 1 }, found);
      return;
    case 'SimpleExpansion':
      found.push({ ...span, name: part.text.slice(1), isQuoted: where.isQuoted, hasDefault: false });
      return;
    case 'ParameterExpansion':
      found.push({
        ...span,
        name: part.parameter,
        isQuoted: where.isQuoted,
        hasDefault: part.operation?.type === 'Default',
      });
      return;
    case 'CommandExpansion':
      found.push({ ...span, name: undefined, isQuoted: where.isQuoted, hasDefault: false });
      return;
    default:
  }
}
