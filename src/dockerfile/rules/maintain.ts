import { readIgnores } from '../source/pragmas.ts';
import { chainOf, type Analysis } from '../analysis/analyse.ts';
import { platformArgs, predefinedArgs } from '../analysis/variables.ts';
import { flagValue, hasFlag, type Instruction, type Span } from '../source/model.ts';
import type { ShellWord } from '../shell/model.ts';
import { finalChain } from './find.ts';
import { labelProblem } from './label-formats.ts';
import type { Check, Edit } from './types.ts';

const casing: Check = function* ({ file, stages }) {
  const written = file.instructions.map(({ keywordAt }) => keywordAt.text);
  const lower = written.filter((word) => word === word.toLowerCase()).length;
  const upper = written.filter((word) => word === word.toUpperCase()).length;
  const wantsLower = lower > upper;
  const odd = file.instructions.filter(
    ({ keywordAt: { text } }) => text !== (wantsLower ? text.toLowerCase() : text.toUpperCase()),
  );
  const [first] = odd;
  if (first) {
    const edits = odd.map(({ keywordAt }): Edit => ({
      start: keywordAt.start,
      end: keywordAt.end,
      text: wantsLower ? keywordAt.text.toLowerCase() : keywordAt.text.toUpperCase(),
    }));
    yield { at: first, variant: 'instructions', params: { word: first.keywordAt.text }, edits };
  }
  for (const { from, name } of stages.all) {
    const as = from.words[1];
    const isUpper = from.keywordAt.text === from.keywordAt.text.toUpperCase();
    if (as && /^as$/i.test(as.text) && as.text !== (isUpper ? 'AS' : 'as') && !odd.includes(from)) {
      yield {
        at: from,
        variant: 'as',
        params: { word: as.text },
        edits: [{ start: as.start, end: as.end, text: isUpper ? 'AS' : 'as' }],
      };
    }
    if (name && name.text !== name.text.toLowerCase()) {
      yield {
        at: name,
        variant: 'stage',
        params: { word: name.text },
        edits: [{ start: name.start, end: name.end, text: name.text.toLowerCase() }],
      };
    }
  }
};

const emptyContinuation: Check = function* ({ file }) {
  for (const instruction of file.instructions) {
    const edits: Edit[] = [];
    const last = file.lineAt(Math.max(instruction.argument.end - 1, instruction.start));
    for (let line = instruction.line + 1; line <= last; line += 1) {
      const span = { start: file.startOfLine(line), end: file.startOfLine(line + 1) };
      if (span.end <= instruction.argument.end && file.source.slice(span.start, span.end).trim() === '')
        edits.push({ ...span, text: '' });
    }
    const [first] = edits;
    if (first) yield { at: { start: first.start, end: first.start }, evidence: '', edits };
  }
};

const longestLine = 5;
const systemManagers: ReadonlySet<string> = new Set(['apt-get', 'apt', 'apk', 'yum', 'dnf', 'microdnf', 'zypper']);

const packageOrder: Check = function* ({ installs, file }) {
  for (const { manager, packages, command, run } of installs) {
    if (!systemManagers.has(manager) || packages.length < 2) continue;
    const names = packages.map(({ value }) => value);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    const isPlain =
      packages.every(({ text, value, expansions }) => text === value && expansions.length === 0) &&
      run.form === 'shell' &&
      run.instruction.heredocs.length === 0;
    if (twice !== undefined) {
      yield { at: command, variant: 'twice', params: { name: twice } };
      continue;
    }
    const lines = new Set(packages.map(({ start }) => file.lineAt(start)));
    if (lines.size === 1 && packages.length > longestLine) {
      yield {
        at: command,
        variant: 'long',
        params: { count: packages.length },
        edits: isPlain && isAdjacent(packages, file.source) && command.depth === 0 ? splitLines(packages) : undefined,
      };
    } else if (lines.size > 2 && packages.length >= 4 && isPlain && !isSorted(names)) {
      const sorted = names.toSorted(compareNames);
      yield {
        at: command,
        variant: 'order',
        edits: packages.map(({ start, end }, index) => ({ start, end, text: sorted[index] ?? '' })),
      };
    }
  }
};

function compareNames(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

function isSorted(names: readonly string[]): boolean {
  return names.every((name, index) => index === 0 || compareNames(names[index - 1] ?? '', name) <= 0);
}

/** Only blanks stand between the packages. */
function isAdjacent(packages: readonly ShellWord[], source: string): boolean {
  return packages.every(
    (word, index) => index === 0 || /^ +$/.test(source.slice(packages[index - 1]?.end ?? 0, word.start)),
  );
}

function splitLines(packages: readonly ShellWord[]): Edit[] {
  const [first] = packages;
  const last = packages.at(-1);
  if (!first || !last) return [];
  const sorted = packages.map(({ value }) => value).toSorted(compareNames);
  return [{ start: first.start, end: last.end, text: `\\\n        ${sorted.join(' \\\n        ')}` }];
}

const labels: Check = function* (analysis) {
  const { stages, settings } = analysis;
  const chain = finalChain(analysis);
  const all = chain.flatMap(({ instructions }) => instructions).filter(({ keyword }) => keyword === 'LABEL');
  const properties = all.flatMap((instruction) => instruction.properties);
  for (const { name, value = '', span } of properties) {
    const problem = value.includes('$') ? undefined : labelProblem(name, value);
    if (problem !== undefined) yield { at: span, variant: problem, params: { name } };
  }
  if (!stages.final) return;
  const names = new Set(properties.map(({ name }) => name));
  const missing = settings.requiredLabels.filter((name) => !names.has(name));
  if (missing.length > 0) yield { at: stages.final.from, variant: 'required', params: { names: missing.join(', ') } };
  else if (
    settings.requiredLabels.length === 0 &&
    ![...names].some((name) => name.startsWith('org.opencontainers.image.'))
  ) {
    yield { at: stages.final.from, variant: 'none' };
  }
};

const unnamed: Check = function* ({ stages }) {
  for (const stage of stages.all) {
    for (const instruction of stage.instructions) {
      const from = flagValue(instruction, 'from');
      if (from === undefined || !/^\d+$/.test(from)) continue;
      const name = stages.all[Number(from)]?.name;
      const flag = instruction.flags.find((one) => one.name === 'from');
      yield {
        at: instruction,
        variant: 'number',
        params: { from },
        edits: name && flag ? [{ start: flag.start, end: flag.end, text: `--from=${name.text}` }] : undefined,
      };
    }
    if (!stage.name && stage !== stages.final) yield { at: stage.from, variant: 'stage' };
  }
};

const longestRun = 10;

const unexplained: Check = function* ({ runs, file }) {
  for (const run of runs) {
    const { instruction } = run;
    const count = new Set(run.commands.filter(({ depth }) => depth === 0).map(({ pipeline }) => pipeline)).size;
    if (run.form === 'heredoc' || count <= longestRun) continue;
    const isExplained = file.comments.some(({ line }) => line >= instruction.line - 1 && line <= instruction.endLine);
    if (!isExplained) yield { at: instruction, variant: 'long', params: { count } };
  }
  if (
    !file.directives.some(
      ({ name, value }) => name === 'check' && /InvalidDefinitionDescription|experimental=all/.test(value),
    )
  )
    return;
  for (const { keyword, line, words, ...instruction } of file.instructions) {
    const comment = file.comments.find((one) => one.line === line - 1);
    const name = keyword === 'FROM' ? words[2]?.text : keyword === 'ARG' ? words[0]?.text.split('=')[0] : undefined;
    if (comment && name !== undefined && !comment.text.startsWith(`${name} `))
      yield { at: instruction, variant: 'description', params: { name } };
  }
};

const repeatedVersion: Check = function* ({ instructions }) {
  const seen = new Map<string, Instruction[]>();
  for (const { instruction } of instructions) {
    if (!/^(?:RUN|ADD|ENV)$/.test(instruction.keyword)) continue;
    for (const match of instruction.text.matchAll(/(?<![\d.])\d{1,4}\.\d{1,4}\.\d{1,4}(?!\.?\d)/g)) {
      const all = seen.get(match[0]) ?? [];
      all.push(instruction);
      seen.set(match[0], all);
    }
  }
  for (const [version, all] of seen) {
    const second = all[1];
    if (all.length >= 3 && second && !/^(?:127|0|255)\./.test(version))
      yield { at: second, params: { version, count: all.length } };
  }
};

const silencing: Check = function* ({ file }) {
  for (const pragma of readIgnores(file)) {
    const isExplained =
      pragma.reason !== '' ||
      file.comments.some(({ line, text }) => line === pragma.line - 1 && !/ignore|check=/.test(text));
    if (pragma.ids === 'all') yield { at: pragma.at, variant: 'blanket' };
    else if (!isExplained) yield { at: pragma.at, variant: 'unexplained', params: { ids: pragma.ids.join(', ') } };
  }
};

/** Programs read these from the environment, so an ARG alone already does something. */
const readByPrograms =
  /^(?:DEBIAN_FRONTEND|NODE_ENV|CGO_ENABLED|GO(?:PROXY|OS|ARCH|FLAGS|PRIVATE)|CI|(?:PIP|NPM_CONFIG|npm_config|CARGO|RUSTFLAGS|UV|POETRY|BUNDLE|COMPOSER)\w*|CACHE_?BUST\w*|MAKEFLAGS|CFLAGS|CXXFLAGS|LDFLAGS|LANG|LC_ALL|TZ|HOME|PATH|BUILDKIT_\w+|SOURCE_DATE_EPOCH)$/;

const unused: Check = function* (analysis) {
  const { stages, context, file } = analysis;
  const targets = new Set(context?.services?.map(({ target }) => target?.toLowerCase()));
  for (const stage of stages.all) {
    if (
      !stage.isReachable &&
      !targets.has(stage.name?.text.toLowerCase()) &&
      !isTargetsBase(analysis, stage, targets)
    ) {
      yield { at: stage.from, variant: 'stage', params: { name: stage.name?.text ?? String(stage.index) } };
    }
    const heirs = stages.all.filter((one) => chainOf(one).includes(stage));
    for (const instruction of stage.instructions) {
      if (instruction.keyword !== 'ARG') continue;
      for (const { name, span } of instruction.properties) {
        if (readByPrograms.test(name) || predefinedArgs.has(name) || platformArgs.has(name)) continue;
        const isUsed =
          heirs.some((heir) =>
            [heir.from, ...heir.instructions].some((one) => one !== instruction && names(one, name, file.source)),
          ) || instruction.properties.some((one) => one.name !== name && one.value?.includes(name) === true);
        if (!isUsed) yield { at: span, variant: 'arg', params: { name } };
      }
    }
  }
  for (const { name, instruction } of stages.globalArgs) {
    if (predefinedArgs.has(name)) continue;
    const isUsed =
      stages.all.some(
        ({ from, instructions }) =>
          names(from, name, file.source) ||
          instructions.some(
            (one) => one.keyword === 'ARG' && one.properties.some((property) => property.name === name),
          ),
      ) || stages.globalArgs.some((one) => one.name !== name && one.value?.includes(name) === true);
    if (!isUsed) yield { at: instruction, variant: 'arg', params: { name } };
  }
};

function isTargetsBase(
  { stages }: Analysis,
  stage: Analysis['stages']['all'][number],
  targets: ReadonlySet<string | undefined>,
): boolean {
  return stages.all.some((one) => targets.has(one.name?.text.toLowerCase()) && chainOf(one).includes(stage));
}

function names({ start, end }: Span, name: string, source: string): boolean {
  return new RegExp(String.raw`(?<![A-Za-z0-9_])${name.replaceAll(/\W/g, '')}(?![A-Za-z0-9_])`).test(
    source.slice(start, end),
  );
}

const noSyntax: Check = function* ({ file, isBuildKit }) {
  if (!isBuildKit || file.directives.some(({ name }) => name === 'syntax')) return;
  const first =
    file.instructions.find(
      (one) =>
        one.heredocs.length > 0 ||
        one.flags.some(({ name }) => name !== 'from' && name !== 'chown' && name !== 'platform'),
    ) ?? file.instructions[0];
  const at = file.source.startsWith('\uFEFF') ? 1 : 0;
  if (first && !hasFlag(first, 'syntax'))
    yield { at: first, edits: [{ start: at, end: at, text: '# syntax=docker/dockerfile:1\n' }] };
};

export const maintainChecks: Readonly<Record<string, Check>> = {
  MNT01: casing,
  MNT02: emptyContinuation,
  MNT03: packageOrder,
  MNT04: labels,
  MNT05: unnamed,
  MNT06: unexplained,
  MNT07: repeatedVersion,
  MNT08: silencing,
  MNT09: unused,
  MNT10: noSyntax,
};
