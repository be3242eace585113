import { packageFormats } from '../commands/package-choices.ts';
import type { PackageOptions } from '../commands/package.ts';
import type { ExportOptions } from '../commands/export.ts';
import type { LoadOptions } from '../commands/load.ts';
import type { PurgeOptions } from '../commands/purge.ts';
import type { RepackageOptions } from '../commands/repackage.ts';
import { createOptionValues } from '../option-values.ts';
import { choice } from './choice.ts';
import { act, define, type Program } from './define.ts';

export function addPublishCommands(program: Program): void {
  addPackageCommand(program);
  addArchiveCommands(program);
  const { context } = program;
  const { t } = context;
  const push = define(program, {
    usage: 'push',
    summary: t('help.push'),
    examples: ['push registry.example.com/team/model:v1', 'push hf.co/me/model'],
  })
    .argument('<MODEL>', t('help.model'))
    .option('--sign <KEY>', t('help.sign.afterPush'))
    .option('--json', t('help.jsonOption'));
  act<[string], { json?: boolean; sign?: string }>(program, push, async ([model], options) =>
    (await import('../commands/push.ts')).push(context, model, options),
  );

  const purge = define(program, { usage: 'purge', summary: t('help.purge'), examples: ['purge', 'purge --force'] })
    .option('-f, --force', t('help.purge.force'))
    .option('--json', t('help.jsonOption'));
  act<[], PurgeOptions>(program, purge, async (_none, options) =>
    (await import('../commands/purge.ts')).purge(context, options),
  );
}

function addPackageCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const command = define(program, {
    usage: 'package',
    summary: t('help.package'),
    examples: [
      'package --gguf ./model.gguf --license ./LICENSE my-model',
      'package --from ai/smollm2 --context-size 4096 my-smollm2',
      'package --safetensors-dir ./model --push registry.example.com/team/model:v1',
    ],
  })
    .argument('<MODEL>', t('help.package.target'))
    .option('--gguf <PATH>', t('help.package.gguf'))
    .option('--safetensors-dir <PATH>', t('help.package.safetensors'))
    .option('--dduf <PATH>', t('help.package.dduf'))
    .option('--from <MODEL>', t('help.package.from'))
    .option('-l, --license <PATH>', t('help.package.license'), (path, before?: string[]) => [...(before ?? []), path])
    .option('--mmproj <PATH>', t('help.package.mmproj'))
    .option('--chat-template <PATH>', t('help.package.chatTemplate'))
    .option('--context-size <N>', t('help.contextSize'), values.integer('--context-size', { min: 1 }))
    .addOption(choice('--format <FORMAT>', t('help.package.format'), { values: packageFormats, parsers: values }))
    .option('--push', t('help.package.push'))
    .option('--sign <KEY>', t('help.sign.afterPush'))
    .option('--json', t('help.jsonOption'));
  act<[string], PackageOptions>(program, command, async ([target], options) =>
    (await import('../commands/package.ts')).packageModel(context, target, options),
  );

  const repackage = define(program, {
    usage: 'repackage',
    summary: t('help.repackage'),
    examples: ['repackage ai/smollm2 my-smollm2 --context-size 4096'],
  })
    .argument('<SOURCE>', t('help.model'))
    .argument('<TARGET>', t('help.package.target'))
    .option('--context-size <N>', t('help.contextSize'), values.integer('--context-size', { min: 1 }))
    .option('--json', t('help.jsonOption'));
  act<[string, string], RepackageOptions>(program, repackage, async ([source, target], options) =>
    (await import('../commands/repackage.ts')).repackage(context, { source, target }, options),
  );
}

function addArchiveCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const load = define(program, {
    usage: 'load',
    summary: t('help.load'),
    examples: ['load model.tar', 'load --tag my-model < model.tar'],
  })
    .argument('[FILE]', t('help.load.file'))
    .option('--tag <MODEL>', t('help.load.tag'))
    .option('--json', t('help.jsonOption'));
  act<[string | undefined], LoadOptions>(program, load, async ([file], options) =>
    (await import('../commands/load.ts')).load(context, file, options),
  );

  const exported = define(program, {
    usage: 'export',
    summary: t('help.export'),
    examples: ['export ai/smollm2 -o smollm2.tar', 'export ai/smollm2 | gzip > smollm2.tar.gz'],
  })
    .argument('<MODEL>', t('help.model'))
    .option('-o, --output <FILE>', t('help.export.output'))
    .option('--json', t('help.jsonOption'));
  act<[string], ExportOptions>(program, exported, async ([model], options) =>
    (await import('../commands/export.ts')).exportModel(context, model, options),
  );
}
