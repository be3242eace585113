import { parse } from 'unbash';
import type { Span } from '../source/model.ts';
import { flatten } from './flatten.ts';
import type { ShellScript } from './model.ts';

/** Longer lines are not taken apart; a RUN of this size is generated or hostile. */
const maxShellCharacters = 65_536;
/** Each level of `$(` and its like costs the parser another pass over the rest. */
const maxSubstitutions = 2_000;

export const emptyScript: ShellScript = {
  start: 0,
  end: 0,
  commands: [],
  pipelines: [],
  bashOnly: [],
  andOr: [],
  errors: [],
  statements: 0,
};

/** The commands of a shell text that begins at an offset of the file. */
export function readShell(text: string, { start }: Pick<Span, 'start'>): ShellScript {
  if (text.length > maxShellCharacters || countOf(text, /\$\(|`|\$\{|<\(/g) > maxSubstitutions) return emptyScript;
  return flatten(parse(text), { base: start, length: text.length });
}

function countOf(text: string, pattern: RegExp): number {
  let count = 0;
  for (const _match of text.matchAll(pattern)) count += 1;
  return count;
}
