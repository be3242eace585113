import type { Analysis } from '../analysis/analyse.ts';
import { chainOf } from '../analysis/analyse.ts';
import { isToolchain, slimForm } from '../facts/base-images.ts';
import { flagValue } from '../source/model.ts';
import type { ShellCommand } from '../shell/model.ts';
import {
  absolutePath,
  appendCommand,
  cacheMountOn,
  commandsOf,
  copiesOf,
  finalChain,
  finalPlaced,
  finalRuns,
  insertAfter,
  isExternal,
  isInside,
  isWholeContext,
  removes,
  rootOf,
  wordsText,
} from './find.ts';
import { isBuildCommand } from '../analysis/dependencies.ts';
import { unignored } from './context-waste.ts';
import type { Check } from './types.ts';

const toolchainInFinal: Check = function* (analysis) {
  const { final } = analysis.stages;
  const root = final ? rootOf(final) : undefined;
  if (!root || !isExternal(root)) return;
  const build = finalRuns(analysis)
    .flatMap(({ commands }) => commands)
    .find(isBuildCommand);
  const starts = finalPlaced(analysis, 'CMD', 'ENTRYPOINT', 'EXPOSE').length > 0;
  const isNodeBuild =
    /^(?:node|oven\/bun)$/.test(root.image.repository) &&
    build !== undefined &&
    /^(?:npm|yarn|pnpm|npx|bun|tsc)$/.test(build.name);
  if ((isToolchain(root.image) && (build || starts)) || isNodeBuild)
    yield { at: root.from, params: { image: root.image.text } };
};

const keptArchive: Check = function* (analysis) {
  for (const run of finalRuns(analysis)) {
    for (const command of run.commands) {
      const file = extractedFile(command);
      if (
        file === undefined ||
        removes(run, new RegExp(escapePattern(baseName(file)))) ||
        removesAround(run.commands, file)
      )
        continue;
      const isFetched = run.commands.some(
        (one) =>
          /^(?:curl|wget)$/.test(one.name) && one.start < command.start && wordsText(one).includes(baseName(file)),
      );
      if (isFetched && !cacheMountOn(run, /./)) {
        yield {
          at: command,
          variant: 'downloaded',
          params: { file },
          edits:
            /^[\w./-]+$/.test(file) && file.startsWith('/')
              ? appendCommand(run, `rm ${file}`, analysis.file.source)
              : undefined,
        };
      } else {
        const copied = copiesOf(analysis).find(
          ({ instruction, sources, isFromStage, stage }) =>
            stage === run.stage &&
            !isFromStage &&
            instruction.start < run.instruction.start &&
            sources.some((source) => baseName(source) === baseName(file)),
        );
        if (copied) yield { at: copied.instruction, variant: 'copied', params: { file } };
      }
    }
  }
};

function extractedFile({ name, words }: ShellCommand): string | undefined {
  const values = words.map(({ value }) => value);
  if (name === 'unzip') return values.find((word) => /\.(?:zip|jar|war)$/.test(word));
  if (name !== 'tar' && name !== 'bsdtar') return undefined;
  const first = values[0] ?? '';
  if (!/^-?[a-zA-Z]*x/.test(first) && !values.some((word) => word === '--extract' || /^-[a-zA-Z]*x/.test(word)))
    return undefined;
  return values.find((word) => /\.(?:tar|tgz|tar\.\w+|tbz2?|txz)$/.test(word));
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function escapePattern(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** A folder or a glob that holds the file is removed. */
function removesAround(commands: readonly ShellCommand[], file: string): boolean {
  const folder = file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '';
  return commands.some(
    ({ name, words }) =>
      name === 'rm' &&
      words.some(
        ({ value }) =>
          (folder !== '' && isInside(folder, value.replace(/\/?\*?$/, ''))) ||
          /^\*|\*\.(?:tar|tgz|zip|gz|tar\.\w+)$|\*$/.test(baseName(value)),
      ),
  );
}

const cachePath = /^\/(?:var\/lib\/apt\/lists|var\/cache|root\/\.(?:cache|npm|m2|cargo)|usr\/share\/(?:doc|man))/;

const removedLater: Check = function* (analysis) {
  const chain = finalChain(analysis);
  const copies = copiesOf(analysis)
    .filter(({ stage }) => chain.includes(stage))
    .map(({ instruction, destination, sources, stage }) => ({
      instruction,
      into: destinationsOf({ destination, sources, stage, start: instruction.start }),
    }));
  for (const run of finalRuns(analysis)) {
    const isCleanup = run.commands.every(
      ({ name, words }) =>
        /^(?:rm|find|true|set)$/.test(name) ||
        words.some(({ value }) => /^(?:clean|autoremove|autoclean|purge|remove|del)$/.test(value)),
    );
    for (const command of run.commands) {
      const paths =
        command.name === 'rm'
          ? command.words.filter(({ value }) => !value.startsWith('-')).map(({ value }) => value)
          : [];
      const copied = paths.find((path) => {
        const absolute = absolutePath(path.replace(/\/?\*$/, ''), run.stage, run.instruction.start);
        return (
          absolute !== '/' &&
          path.includes('/') &&
          copies.some(
            ({ instruction, into }) =>
              instruction.start < run.instruction.start && into.some((one) => one !== '/' && isInside(one, absolute)),
          )
        );
      });
      if (copied !== undefined) yield { at: command, params: { path: copied } };
      else if (isCleanup && run.commands.length > 0) {
        const cached = paths.find((path) => cachePath.test(path));
        const wiped =
          command.name !== 'rm' && /^(?:apt-get|apt|yum|dnf|pip|npm|yarn|apk)$/.test(command.name)
            ? wordsText(command)
            : undefined;
        if (cached !== undefined || (wiped !== undefined && command === run.commands[0]))
          yield { at: command, params: { path: cached ?? `${command.name} ${wiped ?? ''}` } };
      }
    }
  }
};

function destinationsOf({
  destination,
  sources,
  stage,
  start,
}: {
  destination: string;
  sources: readonly string[];
  stage: Parameters<typeof absolutePath>[1];
  start: number;
}): string[] {
  const into = absolutePath(destination, stage, start);
  if (!destination.endsWith('/') && destination !== '.' && sources.length === 1) return [into];
  return sources
    .filter((source) => !isWholeContext(source))
    .map((source) => `${into === '/' ? '' : into}/${baseName(source.replace(/\/$/, ''))}`);
}

const changedLater: Check = function* (analysis) {
  const chain = finalChain(analysis);
  const copies = copiesOf(analysis)
    .filter(({ stage }) => chain.includes(stage))
    .map(({ instruction, destination, stage }) => ({
      instruction,
      into: absolutePath(destination, stage, instruction.start),
    }));
  for (const { run, command } of commandsOf(finalRuns(analysis), 'chown', 'chmod')) {
    if (!command.words.some(({ value }) => /^-[a-zA-Z]*R|^--recursive$/.test(value))) continue;
    const [, ...paths] = command.words.filter(({ value }) => !value.startsWith('-')).map(({ value }) => value);
    const copied = paths.find((path) => {
      const absolute = absolutePath(path.replace(/\/\*$/, ''), run.stage, run.instruction.start);
      return copies.some(
        ({ instruction, into }) =>
          instruction.start < run.instruction.start &&
          (isInside(into, absolute) || isInside(absolute, into)) &&
          into !== '/',
      );
    });
    if (copied !== undefined) yield { at: command, params: { path: copied, flag: `--${command.name}` } };
  }
};

const highUserId: Check = function* (analysis) {
  for (const { command } of commandsOf(analysis.runs, 'useradd')) {
    const words = command.words.map(({ value }) => value);
    if (words.some((word) => /^-[a-zA-Z]*l[a-zA-Z]*$|^--no-log-init$/.test(word))) continue;
    const index = words.findIndex((word) => /^(?:-u|--uid)$/.test(word));
    const id =
      index === -1
        ? words.map((word) => /^(?:--uid=|-u)(\d+)$/.exec(word)?.[1]).find((one) => one !== undefined)
        : words[index + 1];
    if (id !== undefined && /^\d{6,}$/.test(id))
      yield { at: command, params: { id }, edits: [insertAfter(command.nameAt, ' -l')] };
  }
};

const fatBase: Check = function* (analysis) {
  const { final } = analysis.stages;
  const root = final ? rootOf(final) : undefined;
  if (!root || !isExternal(root)) return;
  const slim = slimForm(root.image);
  if (slim === undefined || root.image.digest !== undefined) return;
  const needsTools = finalRuns(analysis).some(({ commands }) =>
    commands.some((command) => isBuildCommand(command) || command.name === 'git'),
  );
  if (!needsTools) yield { at: root.from, params: { slim } };
};

const wholeRoot: Check = function* (analysis) {
  for (const { instruction, sources, destination } of copiesOf(analysis, 'COPY')) {
    const from = flagValue(instruction, 'from');
    if (from === undefined || !sources.some((source) => /^\/(?:\*|\.)?$/.test(source)) || destination !== '/') continue;
    // Squashing into scratch is the one good use of it.
    if (analysis.stages.final?.image.repository === 'scratch') continue;
    yield { at: instruction, params: { from } };
  }
};

const wasteInImage: Check = function* (analysis) {
  const chain = finalChain(analysis);
  const broad = copiesOf(analysis).find(
    ({ stage, sources, isFromStage }) => chain.includes(stage) && !isFromStage && sources.some(isWholeContext),
  );
  if (!broad) return;
  const found = unignored(analysis, [
    '.git',
    'test',
    'tests',
    '__tests__',
    'spec',
    'docs',
    'coverage',
    '.github',
    '.idea',
    '.vscode',
    '.pytest_cache',
    '.mypy_cache',
  ]);
  if (found.length > 0) yield { at: broad.instruction, params: { paths: found.join(', ') } };
};

const unstripped: Check = function* (analysis: Analysis) {
  for (const { run, command } of commandsOf(analysis.runs, 'go', 'cargo')) {
    const verb = command.words[0]?.value;
    const text = `${wordsText(command)} ${command.assignments.map(({ value }) => value).join(' ')}`;
    const stripsElsewhere = analysis.runs.some(
      ({ stage, commands }) =>
        chainOf(stage).includes(run.stage) &&
        commands.some(({ name }) => name === 'strip' || name === 'upx' || name.endsWith('-strip')),
    );
    if (stripsElsewhere) continue;
    if (command.name === 'go') {
      if (verb !== 'build' && verb !== 'install') continue;
      const flags = `${text} ${run.stage.variables
        .filter(({ name }) => /LDFLAGS|GOFLAGS/.test(name))
        .map(({ value }) => value ?? '')
        .join(' ')}`;
      const isVariable = /-ldflags[ =]"?'?\$/.test(flags);
      const isTool = command.words.some(({ value }) => value.includes('@'));
      if (!/(?:^|[\s="'])-s(?:[\s"']|$)/.test(flags) && !isVariable && !isTool)
        yield { at: command, params: { flags: '-ldflags="-s -w"' } };
    } else if (verb === 'build' && command.words.some(({ value }) => value === '--release' || value === '-r')) {
      const manifest = analysis.context?.texts?.['Cargo.toml'];
      const stripped =
        /strip\s*=\s*(?:true|"symbols"|"debuginfo")/.test(manifest ?? '') ||
        /strip/.test(text) ||
        run.stage.variables.some(
          ({ name, value }) => /RUSTFLAGS|STRIP/.test(name) && /strip|true|symbols/.test(value ?? ''),
        );
      if (manifest !== undefined && !stripped) yield { at: command, params: { flags: 'strip = true' } };
    }
  }
};

export const layerSizeChecks: Readonly<Record<string, Check>> = {
  SIZ01: toolchainInFinal,
  SIZ08: keptArchive,
  SIZ09: removedLater,
  SIZ10: changedLater,
  SIZ11: highUserId,
  SIZ12: fatBase,
  SIZ13: wholeRoot,
  SIZ14: wasteInImage,
  SIZ17: unstripped,
};
