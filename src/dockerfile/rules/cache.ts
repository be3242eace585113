import { shellOf, type Analysis } from '../analysis/analyse.ts';
import { sourcesOf, findStage } from '../analysis/stages.ts';
import { referencesIn } from '../analysis/variables.ts';
import { flagValue, hasFlag, type Instruction } from '../source/model.ts';
import {
  cacheMountOn,
  commandsOf,
  copiesOf,
  finalChain,
  hasCacheMount,
  isUrl,
  isWholeContext,
  placed,
  speaksBuildKit,
  wordsText,
} from './find.ts';
import { unignored } from './context-waste.ts';
import { labelsLast, mergeUpdate } from './rewrites.ts';
import type { Check, Hit } from './types.ts';

/** Sources before dependencies: every change of the code installs them again. */
const copiesBeforeInstall: Check = function* (analysis) {
  const steps = analysis.steps;
  for (const { instruction, stage, sources, isFromStage } of copiesOf(analysis)) {
    if (isFromStage || !sources.some(isWholeContext)) continue;
    const inStage = steps.filter(({ run }) => run.stage === stage);
    const before = new Set(
      inStage.filter(({ run }) => run.instruction.start < instruction.start).map(({ tool }) => tool),
    );
    const step = inStage.find(
      ({ run, tool }) => run.instruction.start > instruction.start && !before.has(tool) && !hasCacheMount(run),
    );
    if (step) yield { at: instruction, params: { tool: step.tool } };
  }
};

const updateAlone: Check = function* (analysis) {
  const { runs, installs } = analysis;
  const installing = new Set(installs.map(({ run }) => run));
  for (const { run, command } of commandsOf(runs, 'apt-get', 'apt', 'apk')) {
    if (!command.words.some(({ value }) => value === 'update')) continue;
    if (installing.has(run)) continue;
    if (
      run.commands.some(({ words }) =>
        words.some(({ value }) =>
          /^(?:install|upgrade|dist-upgrade|full-upgrade|build-dep|download|source|fix)$/.test(value),
        ),
      )
    )
      continue;
    if (cacheMountOn(run, /^\/var\/lib\/apt/, /apk/)) continue;
    yield { at: command, params: { command: `${command.name} update` }, edits: mergeUpdate(run, analysis) };
  }
};

const noCacheMount: Check = function* (analysis) {
  if (!speaksBuildKit(analysis)) return;
  const seen = new Set<Instruction>();
  for (const { run, command, tool, kind } of analysis.steps) {
    if (hasCacheMount(run) || seen.has(run.instruction)) continue;
    // What a build finds downloaded already needs no cache of its own.
    if (kind === 'build' && analysis.steps.some((one) => one.tool === tool && one.kind === 'install')) continue;
    seen.add(run.instruction);
    yield { at: command, params: { tool } };
  }
};

const aptCacheMount: Check = function* (analysis) {
  const keepsPackages = [...commandsOf(analysis.runs)].some(({ command }) =>
    /docker-clean|Keep-Downloaded-Packages|keep-cache/.test(
      `${wordsText(command)} ${command.redirections.map(({ target }) => target).join(' ')}`,
    ),
  );
  for (const run of analysis.runs) {
    const mount = cacheMountOn(run, /^\/var\/cache\/apt/, /^\/var\/lib\/apt/);
    if (!mount || mount.type !== 'cache' || run.stage.distribution === 'alpine') continue;
    if (mount.options['sharing'] !== 'locked') yield { at: run.instruction, variant: 'sharing' };
    else if (!keepsPackages) yield { at: run.instruction, variant: 'clean' };
  }
};

const contextWithoutIgnore: Check = function* (analysis) {
  const { context, dockerignore } = analysis;
  if (!context?.paths) return;
  const broad = copiesOf(analysis).find(({ sources, isFromStage }) => !isFromStage && sources.some(isWholeContext));
  if (!broad) return;
  if (!dockerignore) {
    yield { at: broad.instruction, variant: 'none' };
    return;
  }
  const missing = unignored(analysis, ['.git', 'node_modules', 'target', 'dist', '.venv', 'venv', '__pycache__']);
  if (missing.length > 0) yield { at: broad.instruction, params: { paths: missing.join(', ') } };
};

const copiesIgnored: Check = function* ({ dockerignore, ...analysis }) {
  if (!dockerignore) return;
  for (const { instruction, sources, isFromStage } of copiesOf({ ...analysis, dockerignore })) {
    if (isFromStage) continue;
    for (const source of sources) {
      const path = source.replace(/^\.?\//, '').replace(/\/$/, '');
      if (path === '' || path === '.' || /[*?[$]/.test(path) || isUrl(source)) continue;
      const hasException = dockerignore.patterns.some(
        (pattern) => pattern.startsWith(`!${path}`) || pattern.startsWith(`!/${path}`),
      );
      if (dockerignore.ignores(path) && !hasException) yield { at: instruction, params: { path } };
    }
  }
};

const volatileName =
  /^(?:BUILD_?(?:DATE|TIME|NUMBER|ID|TIMESTAMP)|(?:GIT|VCS|CI|SOURCE)_?(?:SHA|COMMIT|REF|REV|REVISION|HASH|BRANCH|TAG)(?:_SHORT|_SHA|_HASH)?|COMMIT(?:_SHA|_HASH|_ID)?|REVISION|SHA|CACHE_?BUST(?:ER)?|CACHE_DATE|TIMESTAMP)$/i;

const volatileArg: Check = function* (analysis) {
  for (const { instruction, stage } of placed(analysis, 'ARG')) {
    const name = instruction.properties.find((property) => volatileName.test(property.name))?.name;
    if (name === undefined) continue;
    const later = analysis.runs.filter((run) => run.stage === stage && run.instruction.start > instruction.start);
    const first = later.findIndex(({ instruction: run }) => run.text.includes(name));
    const spoiled = (first === -1 ? later : later.slice(0, first)).find((run) =>
      isExpensive(analysis, run.instruction),
    );
    if (spoiled) yield { at: instruction, params: { name, line: spoiled.instruction.line } };
  }
};

const changingMetadata: Check = function* (analysis) {
  for (const { instruction, stage } of placed(analysis, 'LABEL', 'ENV')) {
    const changing = instruction.properties.find(
      ({ name, value = '' }) =>
        referencesIn(value).some((one) => volatileName.test(one.name)) ||
        (/created|date|time/i.test(name) && /^\d{4}-\d\d-\d\dT\d\d:/.test(value)),
    );
    if (!changing) continue;
    const later = analysis.runs.find(
      (run) =>
        run.stage === stage && run.instruction.start > instruction.start && isExpensive(analysis, run.instruction),
    );
    if (later)
      yield {
        at: instruction,
        params: { name: changing.name, line: later.instruction.line },
        edits: labelsLast(instruction, stage, analysis),
      };
  }
};

function isExpensive(analysis: Analysis, instruction: Instruction): boolean {
  return (
    analysis.installs.some(({ run }) => run.instruction === instruction) ||
    analysis.steps.some(({ run }) => run.instruction === instruction)
  );
}

const staleDownload: Check = function* (analysis) {
  for (const { instruction, sources } of copiesOf(analysis, 'ADD')) {
    const url = sources.find((source) => isUrl(source));
    if (url !== undefined && !hasFlag(instruction, 'checksum') && !isVersioned(url))
      yield { at: instruction, params: { url } };
  }
  for (const { run, command } of commandsOf(analysis.runs, 'git', 'curl', 'wget')) {
    const url = command.words.find(({ value }) => isUrl(value))?.value;
    if (url === undefined || isVersioned(url) || /localhost|127\.0\.0\.1/.test(url)) continue;
    const isClone = command.name === 'git' && command.words[0]?.value === 'clone';
    if (command.name === 'git' ? !isClone || isPinnedClone(run.commands, command.words) : isVerified(run.commands))
      continue;
    yield { at: command, params: { url } };
  }
};

function isVersioned(url: string): boolean {
  return (
    /\d+\.\d+|[0-9a-f]{12,}|\$\{?\w*(?:VERSION|VER|TAG|SHA|REF|COMMIT|RELEASE)\w*|#v?\d|_\d+\.x/i.test(url) ||
    /\.(?:asc|gpg|key|pem|pub|list)$/.test(url)
  );
}

function isVerified(commands: readonly { readonly name: string }[]): boolean {
  return commands.some(({ name }) => /^(?:sha\d+sum|shasum|md5sum|gpg|gpgv|cosign|minisign)$/.test(name));
}

function isPinnedClone(
  commands: readonly { readonly name: string; readonly words: readonly { readonly value: string }[] }[],
  words: readonly { readonly value: string }[],
): boolean {
  return (
    words.some(({ value }) => /^(?:-b|--branch|--revision)/.test(value)) ||
    commands.some(
      ({ name, words: other }) =>
        name === 'git' && other.some(({ value }) => value === 'checkout' || value === 'reset'),
    )
  );
}

const consecutiveRuns: Check = function* ({ stages, runs, file }) {
  for (const stage of stages.all) {
    if (!stage.isReachable) continue;
    for (const [index, instruction] of stage.instructions.entries()) {
      const previous = stage.instructions[index - 1];
      if (instruction.keyword !== 'RUN' || previous?.keyword !== 'RUN') continue;
      const both = [previous, instruction].map((one) => runs.find((run) => run.instruction === one));
      const isSmall = both.every(
        (run) => run?.form === 'shell' && run.script.pipelines.length <= 2 && run.script.errors.length === 0,
      );
      const sameFlags = flagsText(previous) === flagsText(instruction);
      const between = file.source.slice(previous.end, instruction.start);
      if (isSmall && sameFlags && !between.includes('#')) yield { at: instruction };
    }
  }
};

function flagsText({ flags }: Instruction): string {
  return flags.map(({ name, value }) => `${name}=${value ?? ''}`).join(' ');
}

const copyLink: Check = function* (analysis) {
  const { stages, file } = analysis;
  if (!hasNewSyntax(analysis) || !stages.final) return;
  for (const { instruction, stage, destination } of copiesOf(analysis, 'COPY')) {
    if (
      stage !== stages.final ||
      !hasFlag(instruction, 'from') ||
      hasFlag(instruction, 'link') ||
      hasFlag(instruction, 'parents')
    )
      continue;
    const owner = flagValue(instruction, 'chown') ?? '0';
    const isPlain = /^\/(?:app|opt|srv|home|data|usr\/local|usr\/share|etc)(?:\/|$)/.test(destination);
    if (!isPlain || !/^\d+(?::\d+)?$/.test(owner) || shellOf(stage)?.[0]?.includes('powershell')) continue;
    const at = instruction.keywordAt.end;
    yield { at: instruction, edits: file.escape === '\\' ? [{ start: at, end: at, text: ' --link' }] : undefined };
  }
};

/** A frontend that knows `--link`: `docker/dockerfile:1`, or 1.4 and later. */
function hasNewSyntax({ file }: Analysis): boolean {
  const syntax = file.directives.find(({ name }) => name === 'syntax')?.value ?? '';
  const version = /dockerfile:(\d+)(?:\.(\d+))?/.exec(syntax);
  return version !== null && (Number(version[1]) > 1 || version[2] === undefined || Number(version[2]) >= 4);
}

const serialisedStage: Check = function* (analysis) {
  const chain = new Set(finalChain(analysis));
  for (const stage of analysis.stages.all) {
    if (!stage.parent || chain.has(stage) || !stage.isReachable || stage.instructions.length === 0) continue;
    const onlyCopies = stage.instructions.every(
      (one) =>
        /^(?:COPY|ADD|WORKDIR|ARG)$/.test(one.keyword) &&
        !sourcesOf(one).some((source) => findStage(analysis.stages.all, source) === stage.parent),
    );
    const isParent = analysis.stages.all.some(({ parent }) => parent === stage);
    if (onlyCopies && !isParent)
      yield { at: stage.from, params: { parent: stage.parent.name?.text ?? String(stage.parent.index) } };
  }
};

export const cacheChecks: Readonly<Record<string, (analysis: Analysis) => Iterable<Hit>>> = {
  CAC01: copiesBeforeInstall,
  CAC02: updateAlone,
  CAC03: noCacheMount,
  CAC04: aptCacheMount,
  CAC05: contextWithoutIgnore,
  CAC06: copiesIgnored,
  CAC07: volatileArg,
  CAC08: changingMetadata,
  CAC09: staleDownload,
  CAC10: consecutiveRuns,
  CAC11: copyLink,
  CAC12: serialisedStage,
};
