import { isSensitive } from '../../permissions/path-risk.ts';

const assignment = /^(\s*(?:export\s+)?["']?[\w.@/-]{1,120}["']?\s*[:=]\s*).*$/;
const comment = /^\s*(?:#|\/\/|;)/;

/** A file as a model may read it: of one that keeps secrets, its names without its values. */
export function showable(path: string, text: string): string {
  if (!isSensitive(path)) return text;
  const lines = text.split('\n').map((line) => {
    if (line.trim() === '') return line;
    const assigned = assignment.exec(line);
    // Comments hold secrets as well: what was switched off, and how to log in.
    if (assigned && !comment.test(line)) return `${assigned[1]}[hidden]`;
    return '[hidden]';
  });
  return lines.join('\n');
}
