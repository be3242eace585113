import { act, define, type Program } from '../../program/define.ts';
import { formatOptions } from './format.ts';
import type { McpLogsFlags } from './logs.ts';
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
  const logs = define(program, {
    usage: 'logs',
    summary: t('help.mcp.logs'),
    examples: ['mcp logs github', 'mcp logs github --follow', 'mcp logs files --profile work --json'],
  })
    .argument('<SERVER>', t('help.mcp.logs.server'))
    .option('-f, --follow', t('help.mcp.logs.follow'))
    .option('-p, --profile <ID>', t('help.mcp.server.profile'));
  formatOptions(logs, t);
  act<[string], McpLogsFlags>(program, logs, async ([server], flags) =>
    (await import('./logs.ts')).mcpLogs(context, server, flags),
  );
}
