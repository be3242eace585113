const mostLines = 10;
const mostChars = 1500;

export interface Excerpt {
  readonly text: string;
  /** Of the whole text. */
  readonly lines: number;
  readonly isCut: boolean;
}

/** As much of a text as is shown before somebody wants all of it. */
export function excerptOf(whole: string, end: 'beginning' | 'end'): Excerpt {
  const text = whole.replace(/\n+$/, '');
  const lines = text.split('\n');
  const some = end === 'beginning' ? lines.slice(0, mostLines) : lines.slice(-mostLines);
  const joined = some.join('\n');
  const shown = end === 'beginning' ? joined.slice(0, mostChars) : joined.slice(-mostChars);
  return { text: shown, lines: lines.length, isCut: shown.length < text.length };
}
