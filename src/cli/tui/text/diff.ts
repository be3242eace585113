import { cleanLines, styled, type Line, type Style } from './line.ts';

/** A unified diff in colours; its marks stay, so that it reads without colours, too. */
export function diffLines(text: string): Line[] {
  return cleanLines(text.replace(/\n+$/, '')).map((line) => styled(line, styleOf(line)));
}

function styleOf(line: string): Style {
  if (/^(?:---|\+\+\+) /.test(line)) return { bold: true };
  if (line.startsWith('@@')) return { color: 'cyan' };
  if (line.startsWith('+')) return { color: 'green' };
  if (line.startsWith('-')) return { color: 'red' };
  return {};
}

export function isDiff(text: string): boolean {
  return /^--- .*\n\+\+\+ .*$/m.test(text);
}
