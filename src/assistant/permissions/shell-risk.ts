import { dockerRisk } from './docker-risk.ts';
import { parseShell, type SimpleCommand } from './parse-shell.ts';
import { assess, combine, type Assessment, type Risk } from './risk.ts';

/** Programs that read and print, and the arguments with which they do more than that. */
const readers: Readonly<Record<string, RegExp | undefined>> = {
  pwd: undefined,
  echo: undefined,
  printf: undefined,
  true: undefined,
  false: undefined,
  whoami: undefined,
  id: undefined,
  uname: undefined,
  // All but the options that only choose how it is printed: others set the clock or read a file.
  date: /^-(?!u$|R$|I)/,
  uptime: undefined,
  df: undefined,
  free: undefined,
  nproc: undefined,
  which: undefined,
};

/** Programs that read the files that they are given. */
const fileReaders: Readonly<Record<string, RegExp | undefined>> = {
  ls: undefined,
  cat: undefined,
  head: undefined,
  tail: undefined,
  wc: undefined,
  grep: undefined,
  stat: undefined,
  du: undefined,
  diff: undefined,
  cmp: undefined,
  basename: undefined,
  dirname: undefined,
  realpath: undefined,
  cut: undefined,
};

const writers = new Set(['mkdir', 'touch', 'cp', 'mv', 'ln', 'chmod', 'tee']);
const deleters = new Set(['rm', 'rmdir', 'unlink', 'shred', 'truncate', 'dd']);
const networkers = new Set([
  'curl',
  'wget',
  'ssh',
  'scp',
  'rsync',
  'nc',
  'ncat',
  'socat',
  'telnet',
  'ftp',
  'git',
  'npm',
  'pip',
  'apt',
  'apt-get',
]);
/** Programs that run what they are given. */
const launchers = new Set(
  'sh bash zsh dash ash ksh fish env xargs exec eval source . sudo su doas nohup nice time timeout watch find awk sed perl python python3 node ruby php make command builtin trap alias setsid stdbuf parallel crontab at'.split(
    ' ',
  ),
);

/** Whether a path lies in the project and is nothing sensitive; decided where links can be followed. */
export type PathRisk = (path: string) => Assessment;

/** The worst that a script may do, as far as can be told without running it. */
export function shellRisk(text: string, pathRisk: PathRisk): Assessment {
  const { commands, composition } = parseShell(text);
  const composed = composition.map((reason) => assess('R5', reason));
  return combine([...composed, ...commands.map((command) => commandRisk(command, pathRisk))]);
}

export function commandRisk({ words }: SimpleCommand, pathRisk: PathRisk): Assessment {
  const [program, ...args] = words;
  if (program === undefined) return assess('R5', 'substitution');
  if (program === 'docker') return dockerRisk(args);
  if (Object.hasOwn(readers, program)) return withoutForbidden(args, { forbidden: readers[program], risk: 'R0' });
  if (Object.hasOwn(fileReaders, program)) {
    const found = withoutForbidden(args, { forbidden: fileReaders[program], risk: 'R1' });
    // A whole tree holds what is sensitive as well.
    const tree = program === 'grep' && args.some((arg) => /^-\w*[rRd]|^--[rdif]/.test(arg ?? ''));
    return combine([found, ...(tree ? [assess('R2', 'sensitive')] : []), ...paths(args).map(pathRisk)]);
  }
  if (deleters.has(program)) return assess('R5', 'deletes');
  if (writers.has(program)) return combine([assess('R3', 'writes'), ...paths(args).map(writePath(pathRisk))]);
  if (networkers.has(program)) return assess('R5', 'network');
  if (launchers.has(program)) return assess('R5', 'runs-other-programs');
  return assess('R5', 'unknown-program');
}

function withoutForbidden(
  args: readonly (string | undefined)[],
  { forbidden, risk }: { readonly forbidden: RegExp | undefined; readonly risk: Risk },
): Assessment {
  if (args.includes(undefined)) return assess('R5', 'substitution');
  if (forbidden && args.some((arg) => arg !== undefined && forbidden.test(arg))) return assess('R5', 'writes');
  return assess(risk);
}

/** Everything that may name a file: what is not an option, and what options carry. */
function paths(args: readonly (string | undefined)[]): readonly string[] {
  return args.flatMap((arg) => {
    if (arg === undefined || arg === '-' || arg === '--') return [];
    if (!arg.startsWith('-')) return [arg];
    const value = /^--?[\w-]+=(.*)$/.exec(arg)?.[1] ?? /^-[A-Za-z](\/.*|~.*|\.\..*)$/.exec(arg)?.[1];
    return value === undefined ? [] : [value];
  });
}

function writePath(pathRisk: PathRisk): PathRisk {
  return (path) => {
    const { risk, reasons } = pathRisk(path);
    return reasons.length === 0 ? assess('R3') : { risk: risk === 'R1' ? 'R3' : 'R5', reasons };
  };
}
