import { Option, type Command } from 'commander';
import type { Translate } from '../../messages/translate.ts';
import { createOptionValues } from '../../option-values.ts';
import { act, define, type Program } from '../../program/define.ts';
import { gatewayOptionsOf, type GatewayFlags } from './gateway-flags.ts';
import { booleanValue, listValue, memoryValue, transportValue } from './gateway-values.ts';
import { subgroup } from './subgroup.ts';

export function addGatewayCommands(program: Program): void {
  const { context } = program;
  const { t } = context;
  const group = subgroup(program, 'gateway');
  const run = define(group, {
    usage: 'run',
    summary: t('help.mcp.gateway.run'),
    examples: [
      'mcp gateway run',
      'mcp gateway run --profile work --transport streaming --port 8811',
      'mcp gateway run --servers everything --catalog ./catalog.yaml --dry-run',
    ],
  });
  sourceOptions(run, t);
  serverOptions(run, t);
  transportOptions(run, t);
  ruleOptions(run, t);
  act<[], GatewayFlags>(group, run, async (_none, flags) => await context.mcpGateway(gatewayOptionsOf(flags, t)));
}

function sourceOptions(command: Command, t: Translate): void {
  command.option('-p, --profile <ID>', t('help.mcp.gateway.profile'));
  command.option('--servers <NAMES>', t('help.mcp.gateway.servers'), listValue);
  onOff(command, '--enable-all-servers', { summary: t('help.mcp.gateway.enableAll'), t });
  command
    .option('--catalog <FILES>', t('help.mcp.gateway.catalog'), listValue)
    .option('--additional-catalog <FILES>', t('help.mcp.gateway.additionalCatalog'), listValue)
    .option('--registry <FILES>', t('help.mcp.gateway.registry'), listValue)
    .option('--additional-registry <FILES>', t('help.mcp.gateway.additionalRegistry'), listValue)
    .option('--config <FILES>', t('help.mcp.gateway.config'), listValue)
    .option('--additional-config <FILES>', t('help.mcp.gateway.additionalConfig'), listValue)
    .option('--tools-config <FILES>', t('help.mcp.gateway.toolsConfig'), listValue)
    .option('--additional-tools-config <FILES>', t('help.mcp.gateway.additionalToolsConfig'), listValue)
    .option('--oci-ref <REFS>', t('help.mcp.gateway.ociRef'), listValue)
    .option('--mcp-registry <URLS>', t('help.mcp.gateway.mcpRegistry'), listValue)
    .option('--secrets <PLACES>', t('help.mcp.gateway.secrets'));
  onOff(command, '--watch', { summary: t('help.mcp.gateway.watch'), t });
}

function serverOptions(command: Command, t: Translate): void {
  const parsers = createOptionValues(t);
  command.option('--tools <TOOLS>', t('help.mcp.gateway.tools'), listValue);
  onOff(command, '--long-lived', { summary: t('help.mcp.gateway.longLived'), t });
  onOff(command, '--static', { summary: t('help.mcp.gateway.static'), t });
  command
    .option('--cpus <N>', t('help.mcp.gateway.cpus'), parsers.number('--cpus', { min: 0, max: 1024 }))
    .option('--memory <SIZE>', t('help.mcp.gateway.memory'), memoryValue(t))
    .option('--warm <N>', t('help.mcp.gateway.warm'), parsers.integer('--warm', { min: 0 }))
    .option('--list-wait <DURATION>', t('help.mcp.gateway.listWait'), parsers.durationMs('--list-wait'));
  onOff(command, '--strict-names', { summary: t('help.mcp.gateway.strictNames'), t });
}

function transportOptions(command: Command, t: Translate): void {
  const parsers = createOptionValues(t);
  command
    .option('--transport <TRANSPORT>', t('help.mcp.gateway.transport'), transportValue(t))
    .option('--host <ADDRESS>', t('help.mcp.gateway.host'))
    .option('--port <PORT>', t('help.mcp.gateway.port'), parsers.port('--port'));
  onOff(command, '--allow-unauthenticated', { summary: t('help.mcp.gateway.allowUnauthenticated'), t });
}

function ruleOptions(command: Command, t: Translate): void {
  command.option(
    '--interceptor <SPEC>',
    t('help.mcp.gateway.interceptor'),
    (value: string, all: readonly string[] | undefined) => [...(all ?? []), value],
  );
  onOff(command, '--log-calls', { summary: t('help.mcp.gateway.logCalls'), t });
  onOff(command, '--block-secrets', { summary: t('help.mcp.gateway.blockSecrets'), t });
  onOff(command, '--block-network', { summary: t('help.mcp.gateway.blockNetwork'), t });
  onOff(command, '--verify-signatures', { summary: t('help.mcp.gateway.verifySignatures'), t });
  onOff(command, '--dry-run', { summary: t('help.mcp.gateway.dryRun'), t });
  onOff(command, '--verbose', { summary: t('help.mcp.gateway.verbose'), t });
  onOff(command, '--debug-dns', { summary: t('help.mcp.gateway.debugDns'), t });
  command.addOption(new Option('--log <FILE>', t('help.mcp.gateway.log')));
}

/** As Docker's flags: `--watch`, `--watch=false`. */
function onOff(command: Command, name: `--${string}`, { summary, t }: { summary: string; t: Translate }): void {
  command.addOption(new Option(`${name} [BOOL]`, summary).preset('true').argParser(booleanValue(name, t)));
}
