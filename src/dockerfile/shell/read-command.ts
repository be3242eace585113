import type { Command, Redirection as ParsedRedirection } from 'unbash';
import type { Assignment, Redirection, ShellCommand, ShellWord } from './model.ts';
import { readWord } from './read-words.ts';

type Read = Omit<ShellCommand, 'pipeline' | 'place' | 'statement' | 'after' | 'depth'>;

export interface ReadCommand {
  readonly command: Read;
  /** The script of `sh -c '…'`, when it stands there as it will run. */
  readonly inner: { readonly text: string; readonly start: number } | undefined;
}

const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'dash', 'ash', 'zsh', 'ksh']);
/** Options of wrappers that take the next word. */
const wrappers: ReadonlyMap<string, readonly string[]> = new Map([
  ['sudo', ['-u', '-g', '-h', '-p', '-C', '-r', '-t', '--user', '--group']],
  ['env', ['-u', '-C', '-S', '--unset', '--chdir']],
  ['exec', ['-a']],
  ['nice', ['-n']],
  ['nohup', []],
  ['command', []],
  ['time', []],
  ['builtin', []],
  ['gosu', []],
  ['su-exec', []],
  ['eatmydata', []],
  ['timeout', ['-k', '-s']],
]);
/** Their first plain word is theirs: a user, a time. */
const takesOneWord: ReadonlySet<string> = new Set(['gosu', 'su-exec', 'timeout']);

export function readCommand(command: Command, base: number): ReadCommand | undefined {
  const assignments: Assignment[] = [];
  const all: ShellWord[] = command.name ? [readWord(command.name, base)] : [];
  for (const part of command.prefix) if (part.type === 'Assignment') assignments.push(assignmentOf(part, base));
  for (const part of command.suffix) {
    if (part.type === 'Word') all.push(readWord(part, base));
    else if (part.type === 'Assignment') {
      all.push({ start: base + part.pos, end: base + part.end, text: part.text, value: part.text, expansions: [] });
    }
  }
  if (all.length === 0 && assignments.length === 0) return undefined;
  const { wrapped, rest, given } = unwrap(all);
  const [first, ...words] = rest;
  const path = first?.value ?? '';
  const redirections = command.redirects.flatMap(redirectionOf);
  const name = first && first.expansions.length === 0 ? basename(path) : '';
  return {
    command: {
      start: base + command.pos,
      end: base + command.end,
      name,
      path,
      nameAt: { start: first?.start ?? base + command.pos, end: first?.end ?? base + command.pos },
      wrappers: wrapped,
      words,
      assignments: [...assignments, ...given],
      redirections,
    },
    inner: shells.has(name) ? innerScript(words) : undefined,
  };
}

function basename(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function assignmentOf(part: { pos: number; end: number; name: string; text: string }, base: number): Assignment {
  const value = part.text.slice(part.text.indexOf('=') + 1).replaceAll(/^["']|["']$/g, '');
  return { start: base + part.pos, end: base + part.end, name: part.name, value };
}

function redirectionOf(part: ParsedRedirection): Redirection[] {
  if (part.type === 'HereDoc') return [{ operator: part.operator, target: part.delimiter?.value ?? '' }];
  return [{ operator: part.operator, target: part.target?.value ?? '' }];
}

function unwrap(words: readonly ShellWord[]): {
  wrapped: ShellWord[];
  rest: readonly ShellWord[];
  given: Assignment[];
} {
  const wrapped: ShellWord[] = [];
  const given: Assignment[] = [];
  let rest = words;
  for (;;) {
    const [first] = rest;
    const name = first ? basename(first.value) : '';
    const taking = wrappers.get(name);
    if (!first || !taking || rest.length === 1) return { wrapped, rest, given };
    wrapped.push(first);
    let index = 1;
    let owed = takesOneWord.has(name) ? 1 : 0;
    for (; index < rest.length; index += 1) {
      const word = rest[index];
      if (!word) break;
      const assignment = /^([A-Za-z_]\w*)=/.exec(word.value);
      if (taking.includes(word.value)) index += 1;
      else if (assignment?.[1] !== undefined && (name === 'env' || name === 'sudo')) {
        const value = word.value.slice(assignment[0].length);
        given.push({ start: word.start, end: word.end, name: assignment[1], value });
      } else if (!word.value.startsWith('-')) {
        if (owed === 0) break;
        owed -= 1;
      }
    }
    rest = rest.slice(index);
  }
}

function innerScript(words: readonly ShellWord[]): ReadCommand['inner'] {
  const flag = words.findIndex((word) => /^-[a-z]*c$/.test(word.value));
  const word = flag === -1 ? undefined : words[flag + 1];
  if (!word) return undefined;
  const quote = word.text[0];
  if ((quote !== "'" && quote !== '"') || word.text.at(-1) !== quote || word.text.length < 2) return undefined;
  return { text: word.text.slice(1, -1), start: word.start + 1 };
}
