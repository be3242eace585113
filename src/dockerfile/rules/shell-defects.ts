import { chainOf } from '../analysis/analyse.ts';
import type { Run } from '../analysis/runs.ts';
import type { ShellCommand, ShellWord } from '../shell/model.ts';
import type { Check, Hit } from './types.ts';

/** The defects that ShellCheck describes and that matter in a RUN, each at most once for each instruction. */
export const shellDefects: Check = function* ({ runs, file }) {
  for (const run of runs) {
    if (run.form === 'exec' && run.commands.length < 2) continue;
    const seen = new Set<string>();
    for (const hit of defectsOf(run, file.source)) {
      const code = String(hit.params?.['code']);
      if (seen.has(code)) continue;
      seen.add(code);
      yield hit;
    }
  }
};

function* defectsOf(run: Run, source: string): Generator<Hit> {
  const stopsOnError =
    run.commands.some(({ name, words }) => name === 'set' && words.some(({ value }) => /^-[a-z]*e/.test(value))) ||
    run.shell?.some((word) => /^-[a-z]*e/.test(word)) === true;
  for (const [index, command] of run.commands.entries()) {
    yield* unquoted(run, command);
    const next = run.commands[index + 1];
    if (
      command.name === 'cd' &&
      command.words.length > 0 &&
      next &&
      next.after === ';' &&
      next.depth === command.depth &&
      !stopsOnError
    ) {
      yield defect('SC2164', command);
    }
    if (
      command.name === 'cat' &&
      command.words.length === 1 &&
      command.redirections.length === 0 &&
      command.place === 0
    ) {
      const isPiped = run.commands.some(({ pipeline, place }) => pipeline === command.pipeline && place === 1);
      if (isPiped && !command.words[0]?.value.startsWith('-')) yield defect('SC2002', command, 'info');
    }
    if (/^\$\w+=/.test(command.path)) yield defect('SC1066', command);
    if (command.words[0]?.value === '=' && /^[A-Za-z_]\w*$/.test(command.path)) yield defect('SC1068', command);
    if (/^\[+[^\s[\]]/.test(command.path) && command.path !== '[[') yield defect('SC1035', command);
    const dangerous = command.name === 'rm' ? command.words.find(isDangerousPath) : undefined;
    if (dangerous) yield defect('SC2115', dangerous);
  }
  for (const at of run.script.andOr) if (!endsHarmlessly(run, at)) yield defect('SC2015', at, 'info');
  const error = run.script.errors[0];
  if (error && run.instruction.heredocs.length === 0) yield { ...defect('SC1073', error), evidence: undefined };
  const carriage = source.slice(run.scriptAt.start, run.scriptAt.end).search(/\r(?!\n)/);
  if (carriage !== -1)
    yield defect('SC1017', { start: run.scriptAt.start + carriage, end: run.scriptAt.start + carriage + 1 });
}

function defect(code: string, { start, end }: { start: number; end: number }, severity?: 'info'): Hit {
  return { at: { start, end }, variant: code, params: { code }, severity };
}

/** `a && b || true` says that b may fail; only an alternative that does something can run by mistake. */
function endsHarmlessly(run: Run, { start, end }: { start: number; end: number }): boolean {
  const inside = run.commands.filter((command) => command.start >= start && command.end <= end);
  const alternatives = inside.filter(({ after }) => after === '||');
  return (
    alternatives.every(({ name, depth }) => /^(?:true|:|exit|false|echo|return|printf)$/.test(name) || depth > 0) ||
    inside.every(({ name }) => /^(?:\[|test|\[\[)$/.test(name))
  );
}

/** `rm -rf "$X/"…` removes from the root when X is empty. */
function isDangerousPath({ value, expansions }: ShellWord): boolean {
  const [first] = expansions;
  return (
    first !== undefined &&
    !first.hasDefault &&
    first.name !== undefined &&
    !/^\d$/.test(first.name) &&
    value.startsWith(first.text) &&
    /^\/(?:\*|bin|lib|usr|etc|var|home)?$/.test(value.slice(first.text.length))
  );
}

const splitOnPurpose = /(?:FLAGS|OPTS|OPTIONS|ARGS|PACKAGES|PKGS|DEPS|LIST|MODULES|EXTRAS|PARAMS)$/i;
const special =
  /^(?:[?#!$*@0-9-]|RANDOM|PPID|UID|EUID|HOME|PWD|SHELL|HOSTNAME|TARGETARCH|TARGETOS|TARGETPLATFORM|TARGETVARIANT|BUILDARCH|BUILDPLATFORM|BUILDOS)$/;
const singleWord =
  /^(?:nproc|uname|dpkg|lsb_release|id|date|getconf|arch|hostname|whoami|pwd|which|basename|dirname|mktemp|go|cat|find|command|xargs|pg_config|python3?|node|php|ruby|rpm|apk|echo|printf|tr|sed|awk|cut|grep|curl|wget|jq|head|tail|sort|ls)$/;

function* unquoted(run: Run, command: ShellCommand): Generator<Hit> {
  if (/^(?:export|local|declare|readonly|test|\[\[|echo|printf|case|set|unset|read|:)$/.test(command.name)) return;
  for (const word of command.words) {
    for (const expansion of word.expansions) {
      if (expansion.isQuoted) continue;
      if (expansion.name === undefined) {
        const inner = run.commands.find(
          (one) => one.start >= expansion.start && one.end <= expansion.end && one.depth > command.depth,
        );
        if (inner && !singleWord.test(inner.name)) yield defect('SC2046', word, 'info');
      } else if (
        !special.test(expansion.name) &&
        !splitOnPurpose.test(expansion.name) &&
        !expansion.hasDefault &&
        mayHoldSpaces(run, expansion.name)
      ) {
        yield defect('SC2086', word, 'info');
      }
    }
  }
}

/** True unless the file itself gives the variable a value without blanks and wildcards. */
function mayHoldSpaces(run: Run, name: string): boolean {
  const declared = chainOf(run.stage)
    .flatMap(({ variables }) => variables)
    .findLast((one) => one.name === name);
  if (declared) return declared.value === undefined ? false : /[\s*?]/.test(declared.value);
  const assigned = run.commands.flatMap(({ assignments }) => assignments).find((one) => one.name === name);
  if (assigned)
    return /[\s*?]/.test(assigned.value) && !assigned.value.startsWith('$(') && !assigned.value.startsWith('`');
  // A loop's variable or one of the base image's: its words are written where it gets them.
  return (
    !/^[a-z_]\w{0,12}$/.test(name) &&
    !/(?:VERSION|_VER|HOME|_DIR|_PATH|PATH|_ROOT|_USER|_UID|_GID|_URL|_SHA\d*|_HASH|ARCH)$/.test(name)
  );
}
