import { Argument } from 'commander';
import { createOptionValues } from '../option-values.ts';
import { completionScripts, shells, type Shell } from '../completion/scripts.ts';
import { act, define, type Program } from './define.ts';

export function addCompletionCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const completion = define(program, {
    usage: 'completion',
    summary: t('help.completion'),
    examples: ['completion bash > ~/.local/share/bash-completion/completions/gantry', 'completion fish | source'],
  }).addArgument(
    new Argument('<SHELL>', t('help.completion.shell'))
      .choices(shells)
      .argParser(createOptionValues(t).choice('SHELL', shells)),
  );
  act<[Shell], object>(program, completion, async ([shell]) => {
    context.print(completionScripts[shell]);
    return 0;
  });
}
