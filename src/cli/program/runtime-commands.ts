import { act, define, type Program } from './define.ts';

interface JsonOption {
  readonly json?: boolean;
}

export function addRuntimeCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = define(program, {
    usage: 'runtime',
    summary: t('help.runtime'),
    examples: ['runtime ls', 'runtime install', 'runtime use /opt/llama.cpp/bin/llama-server'],
  });
  const inGroup: Program = { ...program, command: group };

  const ls = define(inGroup, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.runtime.ls'),
    examples: ['runtime ls', 'runtime ls --json'],
  }).option('--json', t('help.jsonOption'));
  act<[], JsonOption>(inGroup, ls, async (_none, options) =>
    (await import('../commands/runtime.ts')).listRuntimes(context, options),
  );

  const install = define(inGroup, {
    usage: 'install',
    summary: t('help.runtime.install'),
    examples: ['runtime install', 'runtime install xllamacpp'],
  })
    .argument('[NAME]', 'xllamacpp')
    .option('--json', t('help.jsonOption'));
  act<[string | undefined], JsonOption>(inGroup, install, async ([name], options) => {
    const { defaultRuntime, installRuntime } = await import('../commands/runtime.ts');
    return await installRuntime(context, name ?? defaultRuntime, options);
  });

  const use = define(inGroup, {
    usage: 'use',
    summary: t('help.runtime.use'),
    examples: ['runtime use xllamacpp', 'runtime use auto'],
  })
    .argument('<NAME>', t('help.runtime.name'))
    .option('--json', t('help.jsonOption'));
  act<[string], JsonOption>(inGroup, use, async ([name], options) =>
    (await import('../commands/runtime.ts')).useRuntime(context, name, options),
  );

  const rm = define(inGroup, { usage: 'rm', summary: t('help.runtime.rm'), examples: ['runtime rm xllamacpp'] })
    .argument('<NAME>', 'xllamacpp')
    .option('--json', t('help.jsonOption'));
  act<[string], JsonOption>(inGroup, rm, async ([name], options) =>
    (await import('../commands/runtime.ts')).removeRuntime(context, name, options),
  );
}
