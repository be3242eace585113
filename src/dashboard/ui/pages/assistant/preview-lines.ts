export interface PreviewLine {
  readonly kind: 'plain' | 'added' | 'removed' | 'place' | 'file';
  readonly text: string;
}

/** The lines of what would be done; those of a unified diff by what they say. */
export function previewLines(text: string): readonly PreviewLine[] {
  const isDiff = /^--- .*\n\+\+\+ .*$/m.test(text);
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => ({ kind: isDiff ? kindOf(line) : 'plain', text: spelt(line) }));
}

function kindOf(line: string): PreviewLine['kind'] {
  if (/^(?:---|\+\+\+) /.test(line)) return 'file';
  if (line.startsWith('@@')) return 'place';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'plain';
}

/** What is approved is shown as it is: an escape sequence is spelt out here, where elsewhere it is left out. */
function spelt(line: string): string {
  return line.replaceAll(/[^\P{Cc}\t]/gu, (character) => {
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `\u27E8${code}\u27E9`;
  });
}
