import { createOptionValues } from '../../option-values.ts';
import { choice } from '../../program/choice.ts';
import { act, define, type Program } from '../../program/define.ts';
import { formatOptions, type FormatOptions } from './format.ts';
import type { TestFlags } from './policy.ts';
import { subgroup } from './subgroup.ts';

export function addPolicyCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'policy');

  const list = define(group, {
    usage: 'ls',
    alias: 'show',
    summary: t('help.mcp.policy.ls'),
    examples: ['mcp policy ls'],
  }).alias('list');
  formatOptions(list, t);
  act<[], FormatOptions>(group, list, async (_none, flags) => (await import('./policy.ts')).listPolicy(context, flags));

  const check = define(group, {
    usage: 'check',
    summary: t('help.mcp.policy.check'),
    examples: ['mcp policy check', 'mcp policy check ./policy.yaml --json'],
  }).argument('[FILE]', t('help.mcp.policy.file'));
  formatOptions(check, t);
  act<[string | undefined], FormatOptions>(group, check, async ([file], flags) =>
    (await import('./policy.ts')).checkPolicy(context, file, flags),
  );

  const test = define(group, {
    usage: 'test',
    summary: t('help.mcp.policy.test'),
    examples: [
      'mcp policy test filesystem write_file --args \'{"path":"/etc/hosts"}\'',
      'mcp policy test github delete_repository --client cursor --json',
    ],
  })
    .argument('<SERVER>', t('help.mcp.policy.server'))
    .argument('<NAME>', t('help.mcp.policy.name'))
    .addOption(
      choice('--kind <KIND>', t('help.mcp.policy.kind'), {
        values: ['tool', 'prompt', 'resource', 'completion'],
        parsers: createOptionValues(t),
      }),
    )
    .option('--client <NAME>', t('help.mcp.policy.client'))
    .option('--args <JSON>', t('help.mcp.policy.args'))
    .option('--file <FILE>', t('help.mcp.policy.file'));
  formatOptions(test, t);
  act<[string, string], TestFlags>(group, test, async ([server, name], flags) =>
    (await import('./policy.ts')).testPolicy(context, { server, name }, flags),
  );
}
