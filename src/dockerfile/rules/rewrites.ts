import type { Analysis } from '../analysis/analyse.ts';
import type { Run } from '../analysis/runs.ts';
import type { Stage } from '../analysis/stages.ts';
import { referencesIn } from '../analysis/variables.ts';
import type { Instruction, Property } from '../source/model.ts';
import { absolutePath, rootOf, wholeLines, workdirAt } from './find.ts';
import type { Edit } from './types.ts';

type Edits = readonly Edit[] | undefined;

/** `update` in a RUN of its own goes to the front of the RUN that follows, where that one is nothing but commands that need each other. */
export function mergeUpdate(run: Run, { file, runs }: Analysis): Edits {
  const { instruction, stage } = run;
  const next = stage.instructions[stage.instructions.indexOf(instruction) + 1];
  const into = runs.find((one) => one.instruction === next);
  if (!isPlainRun(run) || run.commands.length !== 1 || !into || !isPlainRun(into) || !isChain(into)) return undefined;
  const lines = wholeLines(instruction, file.source);
  if (file.source.slice(lines.end, into.instruction.start).trim() !== '') return undefined;
  const update = file.source.slice(run.scriptAt.start, run.scriptAt.end).trim();
  const at = into.commands[0]?.start ?? into.scriptAt.start;
  return [
    { ...lines, text: '' },
    { start: at, end: at, text: `${update} && ` },
  ];
}

/** `cd` at the front of a RUN becomes WORKDIR, and the folder of before is set again behind it. */
export function setWorkdir(run: Run, { file }: Analysis): Edits {
  const { instruction, stage } = run;
  const [first, second] = run.commands;
  const path = first?.words[0]?.value ?? '';
  const current = workdirAt(stage, instruction.start);
  const moves = run.commands.filter(({ name }) => name === 'cd' || name === 'pushd' || name === 'popd');
  if (!isPlainRun(run) || first?.name !== 'cd' || second?.after !== '&&' || moves.length !== 1) return undefined;
  if (!/^[\w./-]+$/.test(path) || path === '-' || first.words.length !== 1 || current?.startsWith('/') !== true)
    return undefined;
  const wanted = absolutePath(path, stage, instruction.start);
  const withoutCd = { start: first.start, end: second.start, text: '' };
  if (wanted === absolutePath('.', stage, instruction.start)) return [withoutCd];
  if (instruction.start !== file.startOfLine(instruction.line)) return undefined;
  const next = stage.instructions[stage.instructions.indexOf(instruction) + 1];
  const isSetAnyway = next?.keyword === 'WORKDIR' && next.text.trim().startsWith('/');
  return [
    { start: instruction.start, end: instruction.start, text: `WORKDIR ${wanted}\n` },
    withoutCd,
    ...(isSetAnyway ? [] : [{ start: instruction.end, end: instruction.end, text: `\nWORKDIR ${current}` }]),
  ];
}

/** The variable that needs another of the same ENV gets an ENV of its own behind it. */
export function splitEnv(
  { instruction, property, needed }: { instruction: Instruction; property: Property; needed: string },
  { file }: Analysis,
): Edits {
  const at = instruction.properties.indexOf(property);
  const previous = instruction.properties[at - 1];
  const isBefore = instruction.properties.slice(0, Math.max(0, at)).some(({ name }) => name === needed);
  if (!previous || !isBefore) return undefined;
  const between = { start: previous.span.end, end: property.span.start };
  if (!/^(?:[ \t]|\\\r?\n)+$/.test(file.source.slice(between.start, between.end))) return undefined;
  return [{ ...between, text: `\n${instruction.keywordAt.text} ` }];
}

/** Bases whose working directory is `/`. */
const rootBases =
  /^(?:scratch|alpine|debian|ubuntu|fedora|centos|rockylinux|almalinux|amazonlinux|archlinux|busybox|node|python|ruby)$/;

export function absoluteDestination(instruction: Instruction, stage: Stage): Edits {
  const { image, parent } = rootOf(stage);
  const word = instruction.words.at(-1);
  if (instruction.json || !word || parent || !rootBases.test(image.repository)) return undefined;
  if (!/^\.?[\w./-]*$/.test(word.text) || word.text.includes('..')) return undefined;
  return [{ start: word.start, end: word.end, text: `/${word.text.replace(/^(?:\.\/|\.$)/, '')}` }];
}

/** A RUN that does nothing but link `sh` to another shell. */
export function shellInstead(run: Run): Edits {
  const [command] = run.commands;
  const [options, program, link] = command?.words.map(({ value }) => value) ?? [];
  if (!isPlainRun(run) || run.commands.length !== 1 || command?.words.length !== 3 || link !== '/bin/sh')
    return undefined;
  if (!/^-[sfn]*s[sfn]*$/.test(options ?? '') || !/^\/(?:usr\/)?bin\/\w+$/.test(program ?? '')) return undefined;
  const { start, end } = run.instruction;
  return [{ start, end, text: `SHELL ["${program}", "-c"]` }];
}

/** Labels are read by nobody during a build: those that change go behind what takes long. */
export function labelsLast(instruction: Instruction, stage: Stage, { file }: Analysis): Edits {
  if (instruction.keyword !== 'LABEL') return undefined;
  const later = stage.instructions.slice(stage.instructions.indexOf(instruction) + 1);
  const last = later.findLast(({ keyword }) => /^(?:RUN|COPY|ADD)$/.test(keyword));
  const names = new Set(instruction.properties.map(({ name }) => name));
  const used = new Set(instruction.properties.flatMap(({ value = '' }) => referencesIn(value).map(({ name }) => name)));
  const differs = later.some(
    ({ keyword, properties }) =>
      (keyword === 'LABEL' && properties.some(({ name }) => names.has(name))) ||
      (/^(?:ARG|ENV)$/.test(keyword) && properties.some(({ name }) => used.has(name))),
  );
  const above = file.source.slice(file.startOfLine(instruction.line - 1), instruction.start);
  const startsLine = instruction.start === file.startOfLine(instruction.line);
  if (!last || differs || !startsLine || (instruction.line > 1 && above.trimStart().startsWith('#'))) return undefined;
  const text = file.source.slice(instruction.start, instruction.end);
  return [
    { ...wholeLines(instruction, file.source), text: '' },
    { start: last.end, end: last.end, text: `\n${text}` },
  ];
}

/** In the shell form, without flags, and read to its end. */
function isPlainRun({ form, script, instruction, stage }: Run): boolean {
  return (
    form === 'shell' &&
    script.errors.length === 0 &&
    instruction.flags.length === 0 &&
    instruction.heredocs.length === 0 &&
    stage.instructions.includes(instruction)
  );
}

/** Each command runs only when the one before it succeeded. */
function isChain({ commands }: Run): boolean {
  return commands.every(({ after, depth }) => depth === 0 && (after === 'start' || after === '&&'));
}
