import type { RateCommandOptions } from '../commands/ai/rate.ts';
import { failSeverities, projectLanguages, rateFormats } from '../dockerfile/choices.ts';
import type { GenerateCommandOptions } from '../commands/ai/generate.ts';
import type { FixCommandOptions } from '../commands/ai/fix.ts';
import { createOptionValues } from '../option-values.ts';
import { colorChoices } from '../output/colors.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

/** `gantry ai rate` and what else works on Dockerfiles; the program is the group. */
export function addDockerfileCommands(program: Program): void {
  addRateCommand(program);
  addFixCommand(program);
  addGenerateCommand(program);
}

function addRateCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const command = define(program, {
    usage: 'rate',
    summary: t('help.ai.rate'),
    examples: [
      'ai rate',
      'ai rate --json services/api/Dockerfile',
      'ai rate --format sarif --output rating.sarif .',
      'ai rate --fail-under 80 Dockerfile',
      'cat Dockerfile | gantry ai rate -',
    ],
  })
    .argument('[PATH...]', t('help.ai.rate.path'))
    .addOption(choice('--format <FORMAT>', t('help.ai.rate.format'), { values: rateFormats, parsers: values }))
    .option('--json', t('help.jsonOption'))
    .option('-o, --output <FILE>', t('help.ai.rate.output'))
    .option('--fail-under <SCORE>', t('help.ai.rate.failUnder'), values.number('--fail-under', { min: 0, max: 100 }))
    .addOption(choice('--fail-on <SEVERITY>', t('help.ai.rate.failOn'), { values: failSeverities, parsers: values }))
    .option('--context <DIR>', t('help.ai.rate.context'))
    .option('--config <FILE>', t('help.ai.rate.config'))
    .option('--explain', t('help.ai.rate.explain'))
    .addOption(choice('--color <WHEN>', t('help.ai.rate.color'), { values: colorChoices, parsers: values }));
  act<[string[]], RateCommandOptions>(program, command, async ([paths], options) =>
    (await import('../commands/ai/rate.ts')).rate(context, paths, options),
  );
}

function addFixCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'fix',
    summary: t('help.ai.fix'),
    examples: ['ai fix', 'ai fix --write Dockerfile', 'ai fix --verify Dockerfile', 'ai fix > dockerfile.patch'],
  })
    .argument('[PATH...]', t('help.ai.rate.path'))
    .option('--write', t('help.ai.fix.write'))
    .option('--verify', t('help.ai.fix.verify'))
    .option('--json', t('help.jsonOption'))
    .option('--context <DIR>', t('help.ai.rate.context'))
    .option('--config <FILE>', t('help.ai.rate.config'));
  act<[string[]], FixCommandOptions>(program, command, async ([paths], options) =>
    (await import('../commands/ai/fix.ts')).fix(context, paths, options),
  );
}

function addGenerateCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const command = define(program, {
    usage: 'generate',
    summary: t('help.ai.generate'),
    examples: ['ai generate', 'ai generate --write services/api', 'ai generate --language python .'],
  })
    .argument('[DIR]', t('help.ai.generate.dir'), '.')
    .option('--write', t('help.ai.generate.write'))
    .option('--force', t('help.ai.generate.force'))
    .addOption(
      choice('--language <LANGUAGE>', t('help.ai.generate.language'), { values: projectLanguages, parsers: values }),
    )
    .option('--json', t('help.jsonOption'));
  act<[string], GenerateCommandOptions>(program, command, async ([folder], options) =>
    (await import('../commands/ai/generate.ts')).generate(context, folder, options),
  );
}
