import type { RelayOptions } from '../commands/relay.ts';
import { act, define, type Program } from './define.ts';

export function addRelayCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const examples = ['relay enable --network my-app_default', 'relay enable --all', 'relay status', 'relay disable'];
  const group = define(program, { usage: 'relay', summary: t('help.relay'), examples });
  const inGroup: Program = { ...program, command: group };

  const enable = define(inGroup, { usage: 'enable', summary: t('help.relay.enable'), examples: examples.slice(0, 2) })
    .option('--network <NAME...>', t('help.relay.network'))
    .option('--all', t('help.relay.all'))
    .option('--json', t('help.jsonOption'));
  act<[], RelayOptions>(inGroup, enable, async (_none, options) =>
    (await import('../commands/relay.ts')).enableRelay(context, options),
  );

  const disable = define(inGroup, {
    usage: 'disable',
    summary: t('help.relay.disable'),
    examples: ['relay disable'],
  }).option('--json', t('help.jsonOption'));
  act<[], RelayOptions>(inGroup, disable, async (_none, options) =>
    (await import('../commands/relay.ts')).disableRelay(context, options),
  );

  const status = define(inGroup, {
    usage: 'status',
    summary: t('help.relay.status'),
    examples: ['relay status --json'],
  }).option('--json', t('help.jsonOption'));
  act<[], RelayOptions>(inGroup, status, async (_none, options) =>
    (await import('../commands/relay.ts')).relayStatus(context, options),
  );
}
