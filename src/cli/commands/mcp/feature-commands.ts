import { act, define, type Program } from '../../program/define.ts';
import { formatOptions, type FormatOptions } from './format.ts';
import { subgroup } from './subgroup.ts';

export function addFeatureCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'feature');

  const list = define(group, {
    usage: 'ls',
    alias: 'list',
    summary: t('help.mcp.feature.ls'),
    examples: ['mcp feature ls', 'mcp feature ls --json'],
  });
  formatOptions(list, t);
  act<[], FormatOptions>(group, list, async (_none, flags) =>
    (await import('./feature.ts')).listFeatures(context, flags),
  );

  for (const verb of ['enable', 'disable'] as const) {
    const command = define(group, {
      usage: verb,
      summary: verb === 'enable' ? t('help.mcp.feature.enable') : t('help.mcp.feature.disable'),
      examples: [`mcp feature ${verb} dynamic-tools`],
    }).argument('<FEATURE>', t('help.mcp.feature.name'));
    formatOptions(command, t);
    act<[string], FormatOptions>(group, command, async ([name], flags) =>
      (await import('./feature.ts')).switchFeature(context, { name, isOn: verb === 'enable' }, flags),
    );
  }
}
