import { hasAnyFlag } from '../analysis/installs.ts';
import { isPosixShell, type Run } from '../analysis/runs.ts';
import { chainOf, type Analysis } from '../analysis/analyse.ts';
import { commandsOf, insertAfter, replace, wordsText } from './find.ts';
import { setWorkdir, shellInstead } from './rewrites.ts';
import type { Check, Edit } from './types.ts';

const changesFolder: Check = function* (analysis) {
  for (const run of analysis.runs) {
    const command = run.commands.find(({ name, depth }) => name === 'cd' && depth === 0);
    if (command && run.form !== 'heredoc')
      yield { at: command, params: { path: wordsText(command) }, edits: setWorkdir(run, analysis) };
  }
};

const aptForPeople: Check = function* ({ runs }) {
  for (const { command } of commandsOf(runs, 'apt')) {
    const isOwnVerb = /^(?:update|install|upgrade|remove|purge|autoremove|clean|full-upgrade)$/.test(
      command.words.find(({ value }) => !value.startsWith('-'))?.value ?? '',
    );
    yield {
      at: command,
      edits: isOwnVerb && command.path === 'apt' ? [replace(command.nameAt, 'apt-get')] : undefined,
    };
  }
};

const asks: Check = function* ({ installs, file }) {
  const isSetForAll = /APT::Get::Assume-Yes/i.test(file.source);
  for (const install of installs) {
    const { manager, command, run, verb } = install;
    const isAnswered = run.commands.some(
      ({ name, pipeline, place }) => name === 'yes' && pipeline === command.pipeline && place < command.place,
    );
    if (isAnswered) continue;
    if (manager === 'apt-get' || manager === 'apt') {
      const says =
        hasAnyFlag(install, '-y', '--yes', '--assume-yes', '-qq', '--force-yes') ||
        install.flags.some(
          (flag) => /^-[a-zA-Z]*(?:y|qq)/.test(flag) || /Assume-Yes/i.test(flag) || flag.startsWith('-q=2'),
        );
      if (!says && !isSetForAll)
        yield { at: command, params: { manager, flag: '-y' }, edits: [insertAfter(verb, ' -y')] };
    } else if (manager === 'yum' || manager === 'dnf' || manager === 'microdnf') {
      const says = hasAnyFlag(install, '-y', '--assumeyes') || install.flags.some((flag) => /^-[a-zA-Z]*y/.test(flag));
      if (!says) yield { at: command, params: { manager, flag: '-y' }, edits: [insertAfter(verb, ' -y')] };
    } else if (manager === 'zypper') {
      const says = hasAnyFlag(install, '-y', '--no-confirm', '-n', '--non-interactive', '--quiet-n');
      if (!says) yield { at: command, params: { manager, flag: '-y' }, edits: [insertAfter(verb, ' -y')] };
    }
  }
};

const pointlessNames = [
  'ssh',
  'vim',
  'shutdown',
  'service',
  'ps',
  'free',
  'top',
  'kill',
  'mount',
  'ifconfig',
  'nano',
  'reboot',
  'systemctl',
] as const;

const pointless: Check = function* ({ runs }) {
  for (const { command } of commandsOf(runs, ...pointlessNames)) {
    if (
      command.name === 'systemctl' &&
      command.words.some(({ value }) => /^(?:enable|disable|mask|preset)$/.test(value))
    )
      continue;
    yield { at: command, params: { command: command.name } };
  }
};

const curlAndWget: Check = function* ({ stages, runs }) {
  for (const stage of stages.all) {
    if (!stage.isReachable) continue;
    const inStage = runs.filter((run) => run.stage === stage);
    const [curl] = commandsOf(inStage, 'curl');
    const [wget] = commandsOf(inStage, 'wget');
    if (curl && wget) yield { at: curl.command.start > wget.command.start ? curl.command : wget.command };
  }
};

const pipes: Check = function* (analysis) {
  for (const run of analysis.runs) {
    if (run.shell === undefined || !isPosixShell(run.shell) || run.shell.some((word) => word.includes('pipefail')))
      continue;
    const setsIt = run.commands.find(
      ({ name, words }) => name === 'set' && words.some(({ value }) => value === 'pipefail'),
    );
    for (const pipeline of run.script.pipelines) {
      if (pipeline.length < 2 || (setsIt && setsIt.start < pipeline.start)) continue;
      const members = run.commands.filter(({ pipeline: id, depth }) => id === pipeline.id && depth === 0);
      if (members.length < 2) continue;
      // What only prints cannot fail on the left of a pipe.
      if (members.slice(0, -1).every(({ name }) => /^(?:echo|printf|yes|true)$/.test(name))) continue;
      yield { at: pipeline, edits: pipefailShell(analysis, run) };
      break;
    }
  }
};

/** SHELL before the first RUN that pipes, unless a CMD in shell form would run in it too. */
function pipefailShell({ file, stages }: Analysis, { stage, instruction, shell }: Run): Edit[] | undefined {
  const isFirst = !stage.instructions.some(({ keyword }) => keyword === 'SHELL');
  const children = stages.all.filter((one) => chainOf(one).includes(stage));
  const runsShellForm = children.some(({ instructions }) =>
    instructions.some(({ keyword, json }) => /^(?:CMD|ENTRYPOINT)$/.test(keyword) && json === undefined),
  );
  const program = stage.distribution === 'alpine' ? '/bin/ash' : '/bin/bash';
  if (!isFirst || runsShellForm || shell?.[0] !== '/bin/sh' || !/^(?:debian|alpine|rpm)$/.test(stage.distribution))
    return undefined;
  if (
    stage.instructions.find(({ keyword }) => keyword === 'RUN') === undefined ||
    instruction.keywordAt.start !== file.startOfLine(instruction.line)
  )
    return undefined;
  const at = instruction.start;
  return [{ start: at, end: at, text: `SHELL ["${program}", "-o", "pipefail", "-c"]\n` }];
}

const linkedShell: Check = function* ({ runs }) {
  for (const { run, command } of commandsOf(runs, 'ln')) {
    if (command.words.at(-1)?.value === '/bin/sh') yield { at: command, edits: shellInstead(run) };
  }
};

export const shellChecks: Readonly<Record<string, Check>> = {
  BP06: changesFolder,
  BP07: aptForPeople,
  BP08: asks,
  BP09: pointless,
  BP10: curlAndWget,
  BP18: pipes,
  BP19: linkedShell,
};
