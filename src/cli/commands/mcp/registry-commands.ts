import { act, define, type Program } from '../../program/define.ts';
import { formatOptions } from './format.ts';
import type { ConvertFlags } from './registry.ts';
import { subgroup } from './subgroup.ts';

export function addRegistryCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'registry');
  const convert = formatOptions(
    define(group, {
      usage: 'convert',
      summary: t('help.mcp.registry.convert'),
      examples: ['mcp registry convert --file server.json', 'mcp registry convert --file server.json --json'],
    }),
    t,
  ).requiredOption('--file <FILE>', t('help.mcp.registry.file'));
  act<[], ConvertFlags>(group, convert, async (_none, flags) =>
    (await import('./registry.ts')).convertServer(context, flags),
  );
}
