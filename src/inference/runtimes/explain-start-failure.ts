import { installHint, type PackageName } from './os-release.ts';
import type { ProgramResult } from './run-program.ts';

export interface StartFailure {
  /** One word for tests and translations. */
  readonly reason:
    | 'glibc_too_old'
    | 'library_missing'
    | 'wrong_architecture'
    | 'illegal_instruction'
    | 'no_permission'
    | 'no_answer'
    | 'crashed'
    | 'unknown';
  /** Ends a sentence: "… cannot run: <words>." */
  readonly words: string;
  readonly hint?: string | undefined;
}

const systemPackages: readonly { library: RegExp; name: PackageName }[] = [
  { library: /^libgomp/, name: 'openmp' },
  { library: /^libstdc\+\+|^libgcc_s/, name: 'c++' },
];

/** Why a native program or module could not even start, from what the loader printed and how the process ended. */
export function explainStartFailure(result: ProgramResult, osRelease: string): StartFailure {
  const text = `${result.stderr}\n${result.stdout}`;
  if (result.startError === 'EACCES' || result.startError === 'EPERM') {
    return { reason: 'no_permission', words: 'this user may not execute it' };
  }
  if (result.startError === 'ENOEXEC' || /exec format error|wrong ELF class|incompatible architecture/i.test(text)) {
    return { reason: 'wrong_architecture', words: 'it is built for another kind of processor' };
  }
  if (result.startError !== undefined) {
    return { reason: 'unknown', words: `it could not be started (${result.startError})` };
  }
  if (result.timedOut) return { reason: 'no_answer', words: 'it gave no answer in time' };
  const symbol = /version [`'](GLIBC(?:XX)?_[\d.]+)'? not found/.exec(text)?.[1];
  if (symbol) {
    const library = symbol.startsWith('GLIBCXX') ? 'libstdc++' : 'glibc';
    return {
      reason: 'glibc_too_old',
      words: `the ${library} of this system is too old; it needs ${symbol.replace('_', ' ')}`,
      hint: 'Use a newer release of the distribution, or a llama-server built for this one.',
    };
  }
  const library = missingLibrary(text);
  if (library) {
    const known = systemPackages.find(({ library: pattern }) => pattern.test(library));
    return {
      reason: 'library_missing',
      words: `the library ${library} is missing`,
      hint: known ? installHint(known.name, osRelease) : `Install the package that has ${library}.`,
    };
  }
  if (result.signal === 'SIGILL') {
    return {
      reason: 'illegal_instruction',
      words: 'it uses instructions that this processor does not have',
      hint: 'Use a llama-server built for this processor.',
    };
  }
  if (result.signal) return { reason: 'crashed', words: `it was ended by ${result.signal}` };
  const line = lastLine(result.stderr) || lastLine(result.stdout);
  return { reason: 'unknown', words: line ? `it said "${line}"` : `it ended with code ${result.code ?? 'unknown'}` };
}

/** Name of the shared library the loader did not find, or undefined. */
export function missingLibrary(text: string): string | undefined {
  const linux = /([\w.+-]+\.so[\w.]*): cannot open shared object file/.exec(text)?.[1];
  // The musl loader and the one of macOS word it differently.
  return (
    linux ?? /Error loading shared library ([\w.+-]+)/.exec(text)?.[1] ?? /Library not loaded: (\S+)/.exec(text)?.[1]
  );
}

function lastLine(text: string): string {
  // oxlint-disable-next-line no-control-regex
  const clean = text.replaceAll(/\u001b\[[0-9;]*[A-Za-z]/g, '').replaceAll(/[\u0000-\u0009\u000b-\u001f\u007f]/g, ' ');
  return (clean.trim().split('\n').at(-1) ?? '').trim().slice(0, 200);
}
