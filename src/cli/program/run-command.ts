import type { Command } from 'commander';
import type { RunOptions } from '../commands/run.ts';
import { sourceChoices } from '../commands/source-choices.ts';
import type { CliContext } from '../context.ts';
import { createOptionValues } from '../option-values.ts';
import { colorChoices } from '../output/colors.ts';
import { splitRunArguments } from '../run-arguments.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

export function addRunCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const command = define(program, {
    usage: 'run',
    summary: t('help.run'),
    examples: [
      'run ai/smollm2',
      'run ai/smollm2 "Why do ships float?"',
      'run ai/smollm2 --temperature 0 --stats Why is -1 times -1 positive?',
      'run ai/smollm2 Summarise this: < report.txt',
      'run --gguf ./model.gguf my-model "Hello"',
      'run ai/smollm2 -- --help is an option. Of what?',
    ],
  })
    .argument('<MODEL>', t('help.model'))
    .argument('[PROMPT...]', t('help.run.prompt'))
    .option('--system <TEXT>', t('help.run.system'))
    .option('--temperature <N>', t('help.run.temperature'), values.number('--temperature', { min: 0, max: 2 }))
    .option('--max-tokens <N>', t('help.run.maxTokens'), values.integer('--max-tokens', { min: 1 }))
    .option('--top-p <N>', t('help.run.topP'), values.number('--top-p', { min: 0, max: 1 }))
    .option('--seed <N>', t('help.run.seed'), values.integer('--seed', { min: 0 }))
    .option('--json', t('help.jsonOption'))
    .option('--format <json|FILE>', t('help.run.format'))
    .option('--keep-alive <TIME>', t('help.run.keepAlive'))
    .option('--context-size <N>', t('help.run.contextSize'), values.integer('--context-size', { min: 1 }))
    .option('--stats', t('help.run.stats'))
    .option('--verbose', t('help.run.stats'))
    .option('--debug', t('help.run.debug'))
    .option('--openaiurl <URL>', t('help.openaiUrl'))
    .option('--websearch', t('help.run.webSearch'))
    .addOption(choice('--source <SOURCE>', t('help.source'), { values: sourceChoices, parsers: values }))
    .option('--gguf <PATH>', t('help.gguf'))
    .option('-d, --detach', t('help.run.detach'))
    .addOption(choice('--color <WHEN>', t('help.run.color'), { values: colorChoices, parsers: values }));
  act<[string, string[]], RunOptions>(program, command, async ([model, words], options) => {
    const { run } = await import('../commands/run.ts');
    return await run(context, { model, words }, options);
  });
}

/** Marks where the prompt of `run` begins, so that the option parser leaves it alone. */
export function prepareRunArguments(
  argv: readonly string[],
  { program, context }: { program: Command; context: CliContext },
): readonly string[] {
  const [name, ...words] = argv;
  if (name === 'configure' || name === 'config') return [name, ...plainThink(words)];
  const command = program.commands.find((one) => one.name() === 'run');
  if (name !== 'run' || !command) return argv;
  const options = command.options.map((option) => ({
    names: [option.short, option.long].filter((one) => one !== undefined && one !== null),
    takesValue: option.required,
  }));
  const split = splitRunArguments(words, [...options, { names: ['-h', '--help'], takesValue: false }]);
  for (const option of split.optionsInPrompt) context.notice(context.t('run.optionInPrompt', { option }));
  return [name, ...split.argv];
}

/** `--think=false` in the words the option parser knows; what follows `--` is for the runtime. */
function plainThink(words: readonly string[]): readonly string[] {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  return words.map((word, index) => {
    if (index >= end) return word;
    if (word === '--think=true') return '--think';
    return word === '--think=false' ? '--no-think' : word;
  });
}
