import type { Finding } from '../rate.ts';
import type { Edit } from '../rules/types.ts';

/** The findings whose edits do not touch each other, the first in the file first; the others wait for the next round. */
export function withoutConflicts(findings: readonly Finding[]): Finding[] {
  const taken: Edit[] = [];
  return findings.filter(({ edits }) => {
    if (edits.length === 0 || edits.some((edit) => taken.some((other) => touches(edit, other)))) return false;
    taken.push(...edits);
    return true;
  });
}

function touches(a: Edit, b: Edit): boolean {
  return a.start <= b.end && b.start <= a.end;
}

export function applyEdits(source: string, edits: readonly Edit[]): string {
  let text = source;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => b.start - a.start || b.end - a.end)) {
    text = text.slice(0, start) + inserted + text.slice(end);
  }
  return text;
}
