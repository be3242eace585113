const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For XML and HTML; what neither may hold is left out. */
export function escapeMarkup(text: string): string {
  return text
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]|\p{Cs}/gu, '')
    .replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}

/** A cell of a Markdown table. */
export function escapeCell(text: string): string {
  return text.replaceAll(/[\\|<>*_[\]]/g, (character) => `\\${character}`).replaceAll(/\s+/g, ' ');
}

/** Text as code in a Markdown table, whatever backticks it holds. */
export function codeCell(text: string): string {
  if (text.trim() === '') return '';
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 ? ' ' : '';
  return `${fence}${pad}${text.replaceAll(/\s+/g, ' ').replaceAll('|', String.raw`\|`)}${pad}${fence}`;
}
