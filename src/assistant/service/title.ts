const longest = 60;

/** What a session is called until somebody calls it otherwise: its first question, in a line. */
export function titleOf(text: string): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim();
  if (line.length <= longest) return line;
  const letters = Array.from(new Intl.Segmenter().segment(line.slice(0, longest * 4)), ({ segment }) => segment);
  if (letters.length <= longest) return line;
  return `${letters
    .slice(0, longest - 1)
    .join('')
    .trimEnd()}…`;
}
