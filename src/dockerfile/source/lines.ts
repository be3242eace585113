export interface Lines {
  readonly count: number;
  lineAt(offset: number): number;
  startOfLine(line: number): number;
  offsetAt(position: { line: number; character: number }): number;
}

/** Lines end as editors see them: LF, CR LF or CR. */
export function createLines(text: string): Lines {
  const starts = [0];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 13 && text.charCodeAt(index + 1) === 10) continue;
    if (code === 10 || code === 13) starts.push(index + 1);
  }
  const startOfLine = (line: number): number => starts[line - 1] ?? text.length;
  return {
    count: starts.length,
    startOfLine,
    offsetAt: ({ line, character }) => Math.min(startOfLine(line + 1) + character, text.length),
    lineAt(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return low + 1;
    },
  };
}
