import { AppError } from '#core';

/** Splits a line into words as a POSIX shell does: quotes, backslashes, nothing expanded. @throws AppError `request.invalid` for a quote left open */
export function splitWords(line: string): readonly string[] {
  const words: string[] = [];
  let word: string | undefined;
  let quote: '"' | "'" | undefined;
  for (let index = 0; index < line.length; index += 1) {
    const char = line[index] ?? '';
    const escapes = char === '\\' && quote !== "'" && index + 1 < line.length;
    if (escapes) {
      index += 1;
      const next = line[index] ?? '';
      // Between double quotes a backslash is itself unless it stands before one of these.
      word = (word ?? '') + (quote === '"' && !'"\\$`'.includes(next) ? `\\${next}` : next);
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word = (word ?? '') + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= '';
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + char;
    }
  }
  if (quote !== undefined) {
    throw new AppError('request.invalid', `The runtime flags have a ${quote} that is not closed.`, {
      hint: 'Close it, or send the flags as a list in "runtime-flags".',
      params: { reason: 'open_quote', quote, param: 'raw-runtime-flags' },
    });
  }
  if (word !== undefined) words.push(word);
  return words;
}
