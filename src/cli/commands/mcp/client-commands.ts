import { act, define, type Program } from '../../program/define.ts';
import type { ManualOptions } from './client.ts';
import { formatOptions } from './format.ts';
import { subgroup } from './subgroup.ts';

export function addClientCommands(program: Program): void {
  const group = subgroup(program, 'client');
  addManualInstructions(group);
}

function addManualInstructions(program: Program): void {
  const { context } = program;
  const { t } = context;
  const command = define(program, {
    usage: 'manual-instructions',
    summary: t('help.mcp.client.manual'),
    examples: ['mcp client manual-instructions', 'mcp client manual-instructions --profile work --json'],
  }).option('-p, --profile <ID>', t('help.mcp.client.profile'));
  formatOptions(command, t);
  act<[], ManualOptions>(program, command, async (_none, options) =>
    (await import('./client.ts')).manualInstructions(context, options),
  );
}
