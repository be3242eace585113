import { configureModes, type ConfigureOptions } from '../commands/configure.ts';
import type { RequestsOptions } from '../commands/requests.ts';
import type { ShowOptions } from '../commands/show.ts';
import { createOptionValues } from '../option-values.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

export function addConfigureCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  addConfigure(program);

  const show = define(program, { usage: 'show', summary: t('help.show'), examples: ['show ai/smollm2'] })
    .argument('<MODEL>', t('help.model'))
    .option('-r, --remote', t('help.inspect.remote'))
    .option('--json', t('help.jsonOption'));
  act<[string], ShowOptions>(program, show, async ([model], options) =>
    (await import('../commands/show.ts')).show(context, model, options),
  );

  const requests = define(program, {
    usage: 'requests',
    summary: t('help.requests'),
    examples: ['requests', 'requests --follow --include-existing', 'requests --model ai/smollm2 --json'],
  })
    .option('-f, --follow', t('help.requests.follow'))
    .option('--include-existing', t('help.requests.existing'))
    .option('--model <MODEL>', t('help.requests.model'))
    .option('--json', t('help.jsonOption'));
  act<[], RequestsOptions>(program, requests, async (_none, options) =>
    (await import('../commands/requests.ts')).requests(context, options),
  );
}

function addConfigure(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const share = (name: string): ((text: string) => number) => values.number(name, { min: 0, max: 1 });
  const command = define(program, {
    usage: 'configure',
    alias: 'config',
    summary: t('help.configure'),
    examples: [
      'configure --context-size 8192 ai/smollm2',
      'configure --keep-alive -1 ai/smollm2',
      'configure ai/smollm2 -- --temp -1 --top-k 5',
      'configure show ai/smollm2',
    ],
  })
    .argument('<MODEL>', t('help.model'))
    .argument('[FLAGS...]', t('help.configure.flags'))
    .option('--context-size <N>', t('help.configure.contextSize'), values.integer('--context-size', { min: -1 }))
    .option('--speculative-draft-model <MODEL>', t('help.configure.draft'))
    .option(
      '--speculative-num-tokens <N>',
      t('help.configure.draftTokens'),
      values.integer('--speculative-num-tokens', { min: 0 }),
    )
    .option(
      '--speculative-min-acceptance-rate <N>',
      t('help.configure.acceptance'),
      share('--speculative-min-acceptance-rate'),
    )
    .option('--hf_overrides <JSON>', t('help.configure.overrides'))
    .option('--gpu-memory-utilization <N>', t('help.configure.gpuMemory'), share('--gpu-memory-utilization'))
    .option('--think', t('help.configure.think'))
    .option('--no-think', t('help.configure.noThink'))
    .addOption(choice('--mode <MODE>', t('help.configure.mode'), { values: configureModes, parsers: values }))
    .option('--keep-alive <TIME>', t('help.configure.keepAlive'))
    .option('--json', t('help.jsonOption'));
  act<[string, string[]], ConfigureOptions>(program, command, async ([model, flags], options) =>
    (await import('../commands/configure.ts')).configure(context, { model, flags }, options),
  );

  const inGroup: Program = { ...program, command };
  const show = define(inGroup, {
    usage: 'show',
    summary: t('help.configure.show'),
    examples: ['configure show', 'configure show ai/smollm2'],
  }).argument('[MODEL]', t('help.model'));
  act<[string | undefined], object>(inGroup, show, async ([model]) =>
    (await import('../commands/configure.ts')).showConfigurations(context, model),
  );
}
