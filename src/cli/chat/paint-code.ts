import { createColors } from 'picocolors';

/** Colours the code blocks of an answer while it comes. */
export interface CodePainter {
  paint(piece: string): string;
  /** What was held back, at the end of the answer. */
  end(): string;
}

// The beginning of a line that may still become a fence.
const mayBeFence = /^ {0,3}(?:`{0,2}|`{3,}[^`\n]*)$/;
const fence = /^ {0,3}`{3,}[^`\n]*$/;

/** Fences are dim and code is cyan; all else passes as it came, and only what may be a fence waits for its line. */
export function createCodePainter(): CodePainter {
  const { cyan, dim } = createColors(true);
  let inCode = false;
  let line = '';
  let shown = 0;

  function show(): string {
    const rest = line.slice(shown);
    shown = line.length;
    return rest !== '' && inCode ? cyan(rest) : rest;
  }

  function endLine(): string {
    const isFence = fence.test(line);
    const text = isFence ? dim(line.slice(shown)) : show();
    if (isFence) inCode = !inCode;
    line = '';
    shown = 0;
    return text;
  }

  return {
    paint(piece) {
      let painted = '';
      for (const [index, part] of piece.split('\n').entries()) {
        if (index > 0) painted += `${endLine()}\n`;
        line += part;
        if (!mayBeFence.test(line)) painted += show();
      }
      return painted;
    },
    end: endLine,
  };
}
