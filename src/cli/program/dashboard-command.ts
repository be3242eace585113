import type { DashboardOptions } from '../commands/dashboard.ts';
import { act, define, type Program } from './define.ts';

export function addDashboardCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const examples = ['dashboard', 'dashboard --no-open', 'dashboard --json'];
  const command = define(program, { usage: 'dashboard', summary: t('help.dashboard'), examples })
    .option('--no-open', t('help.dashboard.noOpen'))
    .option('--json', t('help.jsonOption'));
  act<[], DashboardOptions>(program, command, async (_none, options) =>
    (await import('../commands/dashboard.ts')).dashboard(context, options),
  );
}
