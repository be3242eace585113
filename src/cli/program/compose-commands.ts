import { Command, Option } from 'commander';
import { createOptionValues } from '../option-values.ts';
import type { ComposeUpOptions } from '../plugin/compose-protocol.ts';
import { act, type Program } from './define.ts';

/** Called by Compose alone, so it is not in the help (contract model-runner §1.4 A). */
export function addComposeCommands(program: Program): void {
  const { context } = program;
  const values = createOptionValues(context.t);
  const group = new Command('compose')
    .option('--project-name <NAME>')
    .helpCommand(false)
    .copyInheritedSettings(program.command);
  program.command.addCommand(group, { hidden: true });
  const inGroup: Program = { ...program, command: group };

  act<[], object>(inGroup, group.command('metadata'), async () =>
    (await import('../commands/compose.ts')).metadata(context),
  );

  const up = group
    .command('up')
    .argument('<SERVICE>')
    .addOption(
      new Option('--model <MODEL>')
        .argParser((model: string, before: readonly string[] | undefined) => [...(before ?? []), model])
        .makeOptionMandatory(),
    )
    .option('--context-size <N>', '', values.integer('--context-size', { min: -1 }))
    .option('--runtime-flags <FLAGS>')
    .option('--backend <NAME>')
    .option('--speculative-draft-model <MODEL>')
    .option('--speculative-num-tokens <N>', '', values.integer('--speculative-num-tokens', { min: 0 }))
    .option(
      '--speculative-min-acceptance-rate <N>',
      '',
      values.number('--speculative-min-acceptance-rate', { min: 0, max: 1 }),
    );
  act<[string], ComposeUpOptions>(inGroup, up, async (_service, options) =>
    (await import('../commands/compose.ts')).composeUp(context, options),
  );

  const down = group.command('down').argument('<SERVICE>');
  act<[string], object>(inGroup, down, async () => (await import('../commands/compose.ts')).composeDown());
}
