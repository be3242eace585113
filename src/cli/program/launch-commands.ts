import type { LaunchOptions } from '../commands/launch.ts';
import type { RunnerOptions } from '../commands/runner.ts';
import type { SkillsOptions } from '../commands/skills.ts';
import type { MessageKey } from '../messages/translate.ts';
import { createOptionValues } from '../option-values.ts';
import { act, define, type Program } from './define.ts';

export function addLaunchCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const launch = define(program, {
    usage: 'launch',
    summary: t('help.launch'),
    examples: ['launch', 'launch openwebui --detach', 'launch opencode --model ai/smollm2', 'launch codex -- --help'],
  })
    .argument('[APP]', t('help.launch.app'))
    .argument('[ARGS...]', t('help.launch.args'))
    .option('--port <N>', t('help.launch.port'), values.port('--port'))
    .option('--image <IMAGE>', t('help.launch.image'))
    .option('--detach', t('help.launch.detach'))
    .option('--dry-run', t('help.launch.dryRun'))
    .option('--config', t('help.launch.config'))
    .option('--model <MODEL>', t('help.launch.model'));
  act<[string | undefined, string[]], LaunchOptions>(program, launch, async ([name, args], options) =>
    (await import('../commands/launch.ts')).launch(context, { name, args }, options),
  );

  const skills = define(program, {
    usage: 'skills',
    summary: t('help.skills'),
    examples: ['skills --claude', 'skills --dest ./skills --force'],
  })
    .option('--codex', t('help.skills.for', { name: 'Codex' }))
    .option('--claude', t('help.skills.for', { name: 'Claude Code' }))
    .option('--opencode', t('help.skills.for', { name: 'OpenCode' }))
    .option('--dest <FOLDER>', t('help.skills.dest'))
    .option('-f, --force', t('help.skills.force'));
  act<[], SkillsOptions>(program, skills, async (_none, options) =>
    (await import('../commands/skills.ts')).skills(context, options),
  );
  addRunnerCommands(program);
}

type Verb = 'install' | 'start' | 'restart' | 'reinstall' | 'stop' | 'uninstall';

const summaries = {
  install: 'help.runner.install',
  start: 'help.runner.start',
  restart: 'help.runner.restart',
  reinstall: 'help.runner.reinstall',
  stop: 'help.runner.stop',
  uninstall: 'help.runner.uninstall',
} as const satisfies Record<Verb, MessageKey>;

/** Docker's verbs for its container, and what they mean for a daemon that is a program. */
function addRunnerCommands(program: Program): void {
  for (const verb of ['install', 'start', 'restart', 'reinstall', 'stop', 'uninstall'] as const) {
    const { context } = program;
    const { t } = context;
    const name = `${verb}-runner`;
    const command = define(program, { usage: name, summary: t(summaries[verb]), examples: [name] });
    const refused = t('help.runner.refused');
    if (verb === 'stop' || verb === 'uninstall') command.option('--models', t('help.runner.models'));
    if (verb === 'uninstall') {
      command.option('--images', refused).option('--backend <NAME>', t('help.runner.backend'));
    }
    if (verb !== 'stop' && verb !== 'uninstall') {
      const values = createOptionValues(t);
      command
        .option('--port <N>', t('help.runner.port'), values.port('--port'))
        .option('--host <HOST>', t('help.runner.host'))
        .option('--gpu <KIND>', t('help.runner.gpu'))
        .option('--do-not-track', t('help.runner.doNotTrack'))
        .option('--debug', t('help.runner.debug'))
        .option('--proxy-cert <FILE>', refused);
    }
    if (verb === 'install' || verb === 'reinstall' || verb === 'start') {
      command
        .option('--backend <NAME>', t('help.runner.backend'))
        .option('--tls', t('help.runner.tls'))
        .option('--tls-port <N>', t('help.runner.tlsPort'), createOptionValues(t).port('--tls-port'))
        .option('--tls-cert <FILE>', t('help.runner.tlsCert'))
        .option('--tls-key <FILE>', t('help.runner.tlsKey'));
      if (verb !== 'start') command.option('--llama-server-version <VERSION>', refused);
    }
    act<[], RunnerOptions>(program, command, async (_none, options) => {
      const { restartRunner, startRunner, stopRunner } = await import('../commands/runner.ts');
      if (verb === 'stop' || verb === 'uninstall') return await stopRunner(context, options);
      if (verb === 'restart' || verb === 'reinstall') return await restartRunner(context, options);
      return await startRunner(context, options);
    });
  }
}
