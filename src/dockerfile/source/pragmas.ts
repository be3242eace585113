import type { Comment, Dockerfile, Span } from './model.ts';

/** A comment that turns findings off. */
export interface IgnorePragma {
  readonly at: Span;
  readonly line: number;
  /** Ours or another tool's, as written. */
  readonly ids: readonly string[] | 'all';
  /** The whole file, or the instruction below. */
  readonly scope: 'file' | 'next';
  readonly reason: string;
}

const forms: readonly { readonly pattern: RegExp; readonly scope: 'file' | 'next' }[] = [
  { pattern: /^(?:gantry|dfrate)\s+ignore-file\s*=\s*([\w,*-]+)\s*(.*)$/i, scope: 'file' },
  { pattern: /^(?:gantry|dfrate)\s+ignore\s*=\s*([\w,*-]+(?:,\s*[A-Z]+\d+)*)\s*(.*)$/i, scope: 'next' },
  { pattern: /^hadolint\s+global\s+ignore\s*=\s*([\w-]+(?:\s*,\s*[A-Z]+\d+)*)\s*(.*)$/i, scope: 'file' },
  { pattern: /^hadolint\s+ignore\s*=\s*([\w-]+(?:\s*,\s*[A-Z]+\d+)*)\s*(.*)$/i, scope: 'next' },
];

export function readIgnores(file: Dockerfile): IgnorePragma[] {
  const fromComments = file.comments.flatMap((comment) => readComment(comment));
  const fromDirectives = file.directives.flatMap(({ name, value, line }): IgnorePragma[] => {
    const skip = name === 'check' ? /(?:^|;)\s*skip\s*=\s*([^;]*)/i.exec(value)?.[1] : undefined;
    if (skip === undefined) return [];
    const at = { start: file.startOfLine(line), end: file.startOfLine(line) };
    return [{ at, line, ids: idsOf(skip), scope: 'file', reason: '' }];
  });
  return [...fromDirectives, ...fromComments];
}

function readComment({ start, end, line, text }: Comment): IgnorePragma[] {
  for (const { pattern, scope } of forms) {
    const match = text.length < 1_000 ? pattern.exec(text.trim()) : null;
    if (match)
      return [
        {
          at: { start, end },
          line,
          ids: idsOf(match[1] ?? ''),
          scope,
          reason: (match[2] ?? '').replace(/^[#:–—-]+\s*/, '').trim(),
        },
      ];
  }
  return [];
}

function idsOf(list: string): readonly string[] | 'all' {
  const ids = list
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  return ids.some((id) => id === 'all' || id === '*') ? 'all' : ids;
}
