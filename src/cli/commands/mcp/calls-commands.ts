import { createOptionValues } from '../../option-values.ts';
import { act, define, type Program } from '../../program/define.ts';
import type { CallsFlags } from './calls.ts';
import { formatOptions } from './format.ts';
import type { ToolsFlags } from './tools.ts';

export function addCallsCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const calls = define(program, {
    usage: 'calls',
    summary: t('help.mcp.calls'),
    examples: ['mcp calls', 'mcp calls --follow --server github', 'mcp calls --last 500 --json'],
  })
    .option('-f, --follow', t('help.mcp.calls.follow'))
    .option('--server <NAME>', t('help.mcp.calls.server'))
    .option('--last <N>', t('help.mcp.calls.last'), values.integer('--last', { min: 1 }));
  formatOptions(calls, t);
  act<[], CallsFlags>(program, calls, async (_none, flags) => (await import('./calls.ts')).listCalls(context, flags));

  const inGroup: Program = { ...program, command: calls };
  const replay = define(inGroup, {
    usage: 'replay',
    summary: t('help.mcp.calls.replay'),
    examples: ['mcp calls replay 0a1b2c3d4e5f'],
  })
    .argument('<ID>', t('help.mcp.calls.id'))
    .option('-p, --profile <ID>', t('help.mcp.server.profile'));
  formatOptions(replay, t);
  act<[string], ToolsFlags>(inGroup, replay, async ([id], flags) =>
    (await import('./calls.ts')).replayCall(context, id, flags),
  );
}
