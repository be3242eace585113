import { act, define, type Program } from '../../program/define.ts';
import { formatOptions } from './format.ts';
import type { McpStatusFlags } from './status.ts';

export function addStatusCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const status = define(program, {
    usage: 'status',
    summary: t('help.mcp.status'),
    examples: ['mcp status', 'mcp status --profile work', 'mcp status --json'],
  }).option('-p, --profile <ID>', t('help.mcp.status.profile'));
  formatOptions(status, t);
  act<[], McpStatusFlags>(program, status, async (_none, flags) =>
    (await import('./status.ts')).mcpStatus(context, flags),
  );
}
