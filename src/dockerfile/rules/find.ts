import { chainOf, type Analysis, type Placed } from '../analysis/analyse.ts';
import type { Mount, Run } from '../analysis/runs.ts';
import { valueAt, type Stage } from '../analysis/stages.ts';
import { expand } from '../analysis/variables.ts';
import { hasFlag, type Instruction, type Span } from '../source/model.ts';
import type { ShellCommand, ShellWord } from '../shell/model.ts';
import type { Edit } from './types.ts';

export function* commandsOf(
  runs: readonly Run[],
  ...names: readonly string[]
): Generator<{ run: Run; command: ShellCommand }> {
  for (const run of runs) {
    for (const command of run.commands) if (names.length === 0 || names.includes(command.name)) yield { run, command };
  }
}

export function placed(analysis: Analysis, ...keywords: readonly string[]): Placed[] {
  return analysis.instructions.filter(({ instruction }) => keywords.includes(instruction.keyword));
}

/** The stages whose layers are in the image. */
export function finalChain({ stages }: Analysis): readonly Stage[] {
  return stages.final ? chainOf(stages.final) : [];
}

/** Runs whose layers are in the image, in the order they run. */
export function finalRuns(analysis: Analysis): Run[] {
  const chain = new Set(finalChain(analysis));
  return analysis.runs.filter(({ stage }) => chain.has(stage));
}

export function finalPlaced(analysis: Analysis, ...keywords: readonly string[]): Placed[] {
  const chain = new Set(finalChain(analysis));
  return placed(analysis, ...keywords).filter(({ stage }) => chain.has(stage));
}

/** The image at the root of a stage's chain. */
export function rootOf(stage: Stage): Stage {
  return chainOf(stage).at(-1) ?? stage;
}

/** An image that is fetched, not a stage, not scratch, and whose name is known. */
export function isExternal({ image, parent }: Stage): boolean {
  return !parent && !image.isDynamic && image.repository !== 'scratch' && image.text !== '';
}

export function resolve(text: string, stage: Stage, { start }: Pick<Span, 'start'>): string {
  return expand(text, (name) => valueAt(stage, name, start));
}

export interface Copy {
  readonly instruction: Instruction;
  readonly stage: Stage;
  readonly sources: readonly string[];
  readonly destination: string;
  /** `--from` is given. */
  readonly isFromStage: boolean;
}

/** COPY and ADD with known variables put in; heredocs are no sources. */
export function copiesOf(analysis: Analysis, ...keywords: readonly ('COPY' | 'ADD')[]): Copy[] {
  const wanted = keywords.length === 0 ? ['COPY', 'ADD'] : keywords;
  return placed(analysis, ...wanted).flatMap(({ instruction, stage }) => {
    const all = argumentsOf(instruction).map((text) => resolve(text, stage, instruction));
    const destination = all.at(-1);
    if (destination === undefined || all.length < 2) return [];
    const sources = all.slice(0, -1).filter((source) => !source.startsWith('<<'));
    return [{ instruction, stage, sources, destination, isFromStage: hasFlag(instruction, 'from') }];
  });
}

export function argumentsOf(instruction: Instruction): readonly string[] {
  return instruction.json ?? instruction.words.map(({ text }) => text.replaceAll(/^["']|["']$/g, ''));
}

export function isWholeContext(source: string): boolean {
  return /^(?:\.{0,1}\/?|\.\/\*{1,2}|\*{1,2})$/.test(source) && source !== '';
}

export function isUrl(text: string): boolean {
  return /^(?:https?|ftp|git|ssh):\/\/|^git@/i.test(text);
}

/** What RUN, CMD or ENTRYPOINT start, as words. */
export function commandLine(instruction: Instruction): readonly string[] {
  return instruction.json ?? instruction.text.trim().split(/\s+/);
}

export function cacheMountOn({ mounts }: Run, ...targets: readonly RegExp[]): Mount | undefined {
  return mounts.find(({ type, options }) => {
    const target = options['target'] ?? options['dst'] ?? options['destination'] ?? '';
    return (type === 'cache' || type === 'tmpfs') && targets.some((one) => one.test(target));
  });
}

export function hasCacheMount({ mounts }: Run): boolean {
  return mounts.some(({ type }) => type === 'cache' || type === 'tmpfs');
}

export function wordsText(command: ShellCommand): string {
  return command.words.map(({ value }) => value).join(' ');
}

/** A command of the run removes something whose path fits. */
export function removes(run: Run, path: RegExp): boolean {
  return run.commands.some(
    ({ name, words }) =>
      (name === 'rm' && words.some(({ value }) => path.test(value))) ||
      (name === 'find' &&
        words.some(({ value }) => path.test(value)) &&
        words.some(({ value }) => value === '-delete' || value === 'rm')),
  );
}

export function insertAfter({ end }: Pick<ShellWord, 'end'>, text: string): Edit {
  return { start: end, end, text };
}

export function replace({ start, end }: Span, text: string): Edit {
  return { start, end, text };
}

/** Adds a command to the end of a RUN; nothing when that cannot be done without reading it as a person. */
export function appendCommand(run: Run, command: string, source: string): readonly Edit[] | undefined {
  if (run.form === 'exec' || run.script.errors.length > 0) return undefined;
  const text = source.slice(run.scriptAt.start, run.scriptAt.end).trimEnd();
  if (run.form === 'heredoc') {
    const at = run.scriptAt.end;
    return [{ start: at, end: at, text: `${source[at - 1] === '\n' ? '' : '\n'}${command}\n` }];
  }
  if (run.instruction.heredocs.length > 0 || /[;&\\]$/.test(text) || text === '' || hasCommentAtEnd(run, text))
    return undefined;
  const at = run.scriptAt.start + text.length;
  return [{ start: at, end: at, text: ` \\\n    && ${command}` }];
}

function hasCommentAtEnd(run: Run, text: string): boolean {
  const lastLine = text.slice(text.lastIndexOf('\n') + 1);
  return /(^|\s)#/.test(lastLine) || run.instruction.text.trimEnd().length < text.length;
}

/** The whole instruction with the end of its line. */
export function wholeLines(instruction: Instruction, source: string): Span {
  let end = instruction.end;
  while (end < source.length && source[end] !== '\n') end += 1;
  return { start: instruction.start, end: Math.min(end + 1, source.length) };
}

/** Directory of WORKDIR for an instruction; undefined when it is the base image's own. */
export function workdirAt(stage: Stage, offset: number): string | undefined {
  let current: string | undefined;
  for (const one of chainOf(stage).toReversed()) {
    for (const instruction of one.instructions) {
      if (one === stage && instruction.start >= offset) break;
      if (instruction.keyword !== 'WORKDIR') continue;
      const path = resolve(instruction.text.trim().replaceAll(/^["']|["']$/g, ''), one, instruction);
      current = path.startsWith('/') || current === undefined ? path : `${current.replace(/\/$/, '')}/${path}`;
    }
  }
  return current;
}

/** A path of the image as seen from the working directory, without dots and a slash at its end. */
export function absolutePath(path: string, stage: Stage, offset: number): string {
  const joined = path.startsWith('/') ? path : `${workdirAt(stage, offset) ?? ''}/${path}`;
  const parts: string[] = [];
  for (const part of joined.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}

export function speaksBuildKit({ file, isBuildKit }: Analysis): boolean {
  const syntax = file.directives.find(({ name }) => name === 'syntax')?.value ?? '';
  return isBuildKit || (/dockerfile(?::|$)/.test(syntax) && !/dockerfile:1\.[01]\b/.test(syntax));
}
