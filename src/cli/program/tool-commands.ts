import type { GatewayCommandOptions } from '../commands/gateway.ts';
import { createOptionValues } from '../option-values.ts';
import { act, define, type Program } from './define.ts';

export function addToolCommands(program: Program): void {
  addGatewayCommand(program);
}

function addGatewayCommand(program: Program): void {
  const { context } = program;
  const { t } = context;
  const values = createOptionValues(t);
  const command = define(program, {
    usage: 'gateway',
    summary: t('help.gateway'),
    examples: ['gateway --config gateway.yaml', 'gateway -c gateway.yaml --port 8080 --verbose'],
  })
    .requiredOption('-c, --config <FILE>', t('help.gateway.config'))
    .option('--host <HOST>', t('help.gateway.host'), '127.0.0.1')
    .option('-p, --port <N>', t('help.gateway.port'), values.port('--port'), 4000)
    .option('-v, --verbose', t('help.gateway.verbose'));
  act<[], GatewayCommandOptions>(program, command, async (_none, options) =>
    (await import('../commands/gateway.ts')).gateway(context, options),
  );
}
