/** Words as a shell takes a plain line apart: quotes and backslashes, nothing that it would replace. Undefined for an open quote. */
export function splitWords(line: string): readonly string[] | undefined {
  const words: string[] = [];
  let [word, quote, hasWord] = ['', '', false];
  for (let at = 0; at < line.length; at += 1) {
    const char = line[at] ?? '';
    if (char === '\\' && quote !== "'") {
      at += 1;
      if (at >= line.length) return undefined;
      [word, hasWord] = [word + (line[at] ?? ''), true];
    } else if (quote !== '') {
      if (char === quote) quote = '';
      else word += char;
    } else if (char === '"' || char === "'") {
      [quote, hasWord] = [char, true];
    } else if (/\s/.test(char)) {
      if (hasWord) words.push(word);
      [word, hasWord] = ['', false];
    } else [word, hasWord] = [word + char, true];
  }
  if (quote !== '') return undefined;
  return hasWord ? [...words, word] : words;
}
