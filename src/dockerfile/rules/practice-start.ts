import { chainOf, effective, shellOf, type Analysis } from '../analysis/analyse.ts';
import type { Stage } from '../analysis/stages.ts';
import type { Instruction } from '../source/model.ts';
import {
  absolutePath,
  commandLine,
  copiesOf,
  finalChain,
  finalRuns,
  placed,
  speaksBuildKit,
  wholeLines,
} from './find.ts';
import type { Check, Edit, Hit, Severity } from './types.ts';

const shellForm: Check = function* (analysis) {
  for (const { instruction, stage } of placed(analysis, 'CMD', 'ENTRYPOINT')) {
    if (instruction.json || instruction.text.trim() === '' || stage.distribution === 'windows') continue;
    const sets = shellOf(stage);
    if (sets && !/(?:^|\/)(?:ba|a|da)?sh$/.test(sets[0] ?? '')) continue;
    if (
      sets &&
      stage.instructions.some(({ keyword, start }) => keyword === 'SHELL' && start < instruction.start) &&
      !isPipefail(sets)
    )
      continue;
    yield { at: instruction, params: { keyword: instruction.keyword }, edits: execForm(analysis, instruction, stage) };
  }
};

function isPipefail(shell: readonly string[]): boolean {
  return shell.some((word) => /pipefail/.test(word));
}

/** The same words as a list, when there is nothing in them that only a shell understands. */
function execForm(
  { file, stages }: Analysis,
  { text, argument, keyword }: Instruction,
  stage: Stage,
): Edit[] | undefined {
  const line = text.trim();
  if (!/^[\w@%+=:,./ -]+$/.test(line) || text.includes('\n') || /^\w+=/.test(line) || line === '') return undefined;
  const words = line.split(/\s+/);
  if (words[0] === 'exec') words.shift();
  if (/^(?:cd|source|\.|export|set|if|while|for|echo|service|ulimit|umask|exit)$/.test(words[0] ?? '.'))
    return undefined;
  // An ENTRYPOINT in shell form hides CMD; as a list it would get it as arguments.
  if (
    keyword === 'ENTRYPOINT' &&
    chainOf(stage).some(({ instructions }) => instructions.some((one) => one.keyword === 'CMD'))
  )
    return undefined;
  if (
    keyword === 'CMD' &&
    (effective(stage, 'ENTRYPOINT') !== undefined || stages.all.some(({ parent }) => parent === stage))
  )
    return undefined;
  const end = argument.start + file.source.slice(argument.start, argument.end).trimEnd().length;
  return [{ start: argument.start, end, text: `[${words.map((word) => JSON.stringify(word)).join(', ')}]` }];
}

const onlyLastCounts: Check = function* ({ stages, file }) {
  for (const stage of stages.all) {
    if (!stage.isReachable) continue;
    for (const keyword of ['CMD', 'ENTRYPOINT', 'HEALTHCHECK']) {
      const all = stage.instructions.filter((one) => one.keyword === keyword);
      const severity: Severity = keyword === 'CMD' ? 'warning' : 'error';
      for (const instruction of all.slice(0, -1)) {
        const edits = [{ ...wholeLines(instruction, file.source), text: '' }];
        yield { at: instruction, severity, params: { keyword, line: all.at(-1)?.line ?? 0 }, edits };
      }
    }
  }
};

const noHealthcheck: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final || /^(?:scratch|distroless|windows)$/.test(final.distribution)) return;
  const exposes = effective(final, 'EXPOSE');
  if (!exposes || effective(final, 'HEALTHCHECK')) return;
  if (analysis.context?.services?.some(({ hasHealthcheck }) => hasHealthcheck)) return;
  yield { at: exposes };
};

const maintainer: Check = function* ({ instructions }) {
  for (const { instruction } of instructions) {
    if (instruction.keyword !== 'MAINTAINER') continue;
    const name = instruction.text.trim().replaceAll(/^["']|["']$/g, '');
    const isPlain = name !== '' && !/["\\$\n]/.test(name);
    const end = instruction.argument.start + instruction.text.trimEnd().length;
    const text = `LABEL org.opencontainers.image.authors="${name}"`;
    yield { at: instruction, edits: isPlain ? [{ start: instruction.keywordAt.start, end, text }] : undefined };
  }
};

const startScript: Check = function* (analysis) {
  const { final } = analysis.stages;
  const texts = analysis.context?.texts;
  if (!final || !texts) return;
  const entry = effective(final, 'ENTRYPOINT') ?? effective(final, 'CMD');
  const program = entry?.json?.[0];
  if (!entry || program === undefined) return;
  const file = baseName(program);
  const copy = copiesOf(analysis).find(
    ({ stage, sources, isFromStage, destination, instruction }) =>
      finalChain(analysis).includes(stage) &&
      !isFromStage &&
      (sources.some((source) => baseName(source) === file) ||
        baseName(absolutePath(destination, stage, instruction.start)) === file),
  );
  const source = copy?.sources.find((one) => baseName(one) === file) ?? copy?.sources[0];
  const path = source?.replace(/^\.?\//, '') ?? file;
  const text = Object.hasOwn(texts, path) ? texts[path] : undefined;
  if (text === undefined || !/^#!.*\b(?:ba|a|da)?sh\b/.test(text)) return;
  yield* scriptHits(analysis, { entry, copy: copy?.instruction, path, text, file });
};

function* scriptHits(
  analysis: Analysis,
  {
    entry,
    copy,
    path,
    text,
    file,
  }: { entry: Instruction; copy: Instruction | undefined; path: string; text: string; file: string },
): Generator<Hit> {
  if (text.includes('\r\n')) yield { at: copy ?? entry, variant: 'crlf', params: { path } };
  const isMadeExecutable =
    copy?.flags.some(({ name }) => name === 'chmod') === true ||
    finalRuns(analysis).some(({ commands }) =>
      commands.some(
        ({ name, words }) => name === 'chmod' && words.some(({ value }) => value.includes(file) || value.endsWith('*')),
      ),
    );
  const executables = analysis.context?.executables;
  if (executables && !executables.includes(path) && !isMadeExecutable)
    yield { at: copy ?? entry, variant: 'mode', params: { path }, edits: copy && executable(copy, analysis) };
  if (!/\bexec\b/.test(text) && entry.keyword === 'ENTRYPOINT') yield { at: entry, variant: 'exec', params: { path } };
}

/** Where BuildKit builds, the copy sets the mode itself; a RUN for it would store the file twice. */
function executable(copy: Instruction, analysis: Analysis): readonly Edit[] | undefined {
  const at = copy.keywordAt.end;
  const isOneFile = copy.json === undefined && copy.words.length === 2;
  return isOneFile && speaksBuildKit(analysis) ? [{ start: at, end: at, text: ' --chmod=0755' }] : undefined;
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

const developmentServer: Check = function* (analysis) {
  const { final } = analysis.stages;
  if (!final) return;
  for (const keyword of ['CMD', 'ENTRYPOINT']) {
    const instruction = effective(final, keyword);
    if (!instruction) continue;
    const line = commandLine(instruction)
      .join(' ')
      .replace(/^(?:\/bin\/)?(?:ba|a)?sh -l?c /, '');
    const match = developmentCommand.exec(line);
    if (match) yield { at: instruction, params: { command: match[0].trim() } };
  }
};

const developmentCommand =
  /(?:^|[ &;/])(?:(?:npm|pnpm) (?:run )?(?:start|dev|serve|watch)\b|yarn (?:run )?(?:start|dev|serve|watch)\b|bun (?:run )?dev\b|flask (?:--?\S+(?: \S+)? )*run\b|manage\.py runserver\b|ng serve\b|vite(?: (?:dev|serve)\b|$| --)|next dev\b|nuxt dev\b|nodemon\b|ts-node(?:-dev)?\b|webpack(?:-dev-server| serve)\b|react-scripts start\b|artisan serve\b|php -S\b|uvicorn [^;&]*--reload\b|fastapi dev\b|go run\b|cargo (?:run|watch)\b|dotnet (?:run|watch)\b|spring-boot:run\b|bootRun\b|hugo server\b|mkdocs serve\b|jekyll serve\b)/;

export const startChecks: Readonly<Record<string, Check>> = {
  BP01: shellForm,
  BP02: onlyLastCounts,
  BP03: noHealthcheck,
  BP04: maintainer,
  BP24: startScript,
  BP25: developmentServer,
};
