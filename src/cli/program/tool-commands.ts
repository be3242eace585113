import { Option } from 'commander';
import type { BenchOptions } from '../commands/bench.ts';
import type { GatewayCommandOptions } from '../commands/gateway.ts';
import { searchSources } from '../commands/search-choices.ts';
import type { SearchOptions } from '../commands/search.ts';
import { defaultBenchPrompt } from '../bench/prompt.ts';
import { createOptionValues } from '../option-values.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

export function addToolCommands(program: Program): void {
  addGatewayCommand(program);
  addBenchCommand(program);
  addSearchCommand(program);
}

function addGatewayCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const command = define(program, {
    usage: 'gateway',
    summary: t('help.gateway'),
    examples: ['gateway --config gateway.yaml', 'gateway -c gateway.yaml --port 8080 --verbose'],
  })
    .requiredOption('-c, --config <FILE>', t('help.gateway.config'))
    .option('--host <HOST>', t('help.gateway.host'), '127.0.0.1')
    .option('-p, --port <N>', t('help.gateway.port'), values.port('--port'), 4000)
    .option('-v, --verbose', t('help.gateway.verbose'));
  act<[], GatewayCommandOptions>(program, command, async (_none, options) =>
    (await import('../commands/gateway.ts')).gateway(context, options),
  );
}

function addBenchCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const command = define(program, {
    usage: 'bench',
    summary: t('help.bench'),
    examples: ['bench ai/smollm2', 'bench ai/smollm2 --duration 10s --concurrency 1,4 --json'],
  })
    .argument('<MODEL>', t('help.model'))
    .option('--prompt <TEXT>', t('help.bench.prompt'), defaultBenchPrompt)
    .option('--max-tokens <N>', t('help.run.maxTokens'), values.integer('--max-tokens', { min: 1 }))
    .addOption(timeOption('--duration', '30s', { text: t('help.bench.duration'), values }))
    .addOption(timeOption('--timeout', '5m', { text: t('help.bench.timeout'), values }))
    .addOption(
      new Option('--concurrency <N,…>', t('help.bench.concurrency'))
        .default([1, 2, 4, 8], '1,2,4,8')
        .argParser(values.concurrency('--concurrency')),
    )
    .option('--json', t('help.jsonOption'));
  act<[string], BenchOptions>(program, command, async ([model], options) =>
    (await import('../commands/bench.ts')).bench(context, model, options),
  );
}

function timeOption(
  name: string,
  initial: string,
  { text, values }: { text: string; values: ReturnType<typeof createOptionValues> },
): Option {
  const parse = values.durationMs(name);
  return new Option(`${name} <TIME>`, text).default(parse(initial), initial).argParser(parse);
}

function addSearchCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const source = choice('--source <SOURCE>', t('help.search.source'), { values: searchSources, parsers: values });
  const command = define(program, {
    usage: 'search',
    summary: t('help.search'),
    examples: ['search smollm2', 'search --source huggingface --limit 10 qwen3', 'search --json'],
  })
    .argument('[TERM...]', t('help.search.term'))
    .option('-n, --limit <N>', t('help.search.limit'), values.integer('--limit', { min: 1 }), 32)
    .addOption(source.default('all'))
    .option('--json', t('help.jsonOption'));
  act<[string[]], SearchOptions>(program, command, async ([words], options) =>
    (await import('../commands/search.ts')).search(context, words, options),
  );
}
