import type { SettingEntryBody } from '#contract';
import type { DaemonClient } from '../client/daemon-client.ts';
import { changeSettings, fetchSettings } from '../client/settings.ts';
import { field } from '../client/read.ts';
import type { CliContext } from '../context.ts';
import { pairsText } from '../output/table.ts';
import { usageError } from '../usage-error.ts';

export interface EnableOptions {
  /** A port; false: no TCP. */
  readonly tcp?: number | false;
  /** `all`, `none`, or a comma list of origins. */
  readonly cors?: string;
  /** Accepts the terms of Docker AI. */
  readonly yes?: boolean;
  readonly json?: boolean;
}

interface JsonOption {
  readonly json?: boolean;
}

export async function enableFeature(context: CliContext, feature: string, options: EnableOptions): Promise<number> {
  const { tcp, cors, yes = false, json = false } = options;
  if (featureOf(context, feature) !== 'model-runner') {
    if (tcp !== undefined || cors !== undefined) throw usageError(context.t('desktop.onlyOfRunner'));
    return await switchOther(context, feature, { enabled: true, yes, json });
  }
  const daemon = await context.daemon();
  const entries = await changeSettings(daemon, [
    { path: 'modelRunner.enabled', value: true },
    ...(tcp === undefined ? [] : [{ path: 'server.port', value: tcp === false ? 0 : tcp }]),
    ...(cors === undefined ? [] : [{ path: 'server.origins', value: originsOf(cors) }]),
  ]);
  const addresses = await addressesOf(daemon);
  // `gantry serve --port` and GANTRY_PORT win over the settings as long as that daemon runs.
  if (tcp && !addresses.some((address) => address.endsWith(`:${tcp}`))) {
    context.notice(context.t('desktop.portNotInUse', { port: tcp }));
  }
  if (json) context.printJson(statusOf(entries, addresses));
  else context.print(`${context.t('desktop.enabled', { addresses: addresses.join(', ') })}\n`);
  return 0;
}

export async function disableFeature(
  context: CliContext,
  feature: string,
  { json = false }: JsonOption,
): Promise<number> {
  if (featureOf(context, feature) !== 'model-runner')
    return await switchOther(context, feature, { enabled: false, yes: false, json });
  const daemon = await context.daemon();
  const entries = await changeSettings(daemon, [{ path: 'modelRunner.enabled', value: false }]);
  if (json) context.printJson(statusOf(entries, await addressesOf(daemon)));
  else context.print(`${context.t('desktop.disabled')}\n`);
  return 0;
}

export async function desktopStatus(context: CliContext, { json = false }: JsonOption): Promise<number> {
  const { t } = context;
  const daemon = await context.daemon();
  const status = statusOf(await fetchSettings(daemon), await addressesOf(daemon));
  if (json) {
    context.printJson(status);
    return 0;
  }
  const { enabled, port, origins } = status.modelRunner;
  const onOff = (isOn: boolean): string => (isOn ? t('desktop.on') : t('desktop.off'));
  context.print(
    pairsText([
      [t('desktop.status'), enabled ? t('desktop.running') : t('desktop.stopped')],
      [t('desktop.tcp'), port === 0 ? t('desktop.tcpOff') : String(port)],
      [t('desktop.cors'), origins.length === 0 ? t('desktop.corsLocal') : origins.join(', ')],
      [t('status.addresses'), status.addresses.join(', ')],
      ['MCP Toolkit', onOff(status.mcpToolkit.enabled)],
      ['Docker AI', onOff(status.dockerAi.enabled)],
    ]),
  );
  return 0;
}

interface DesktopStatus {
  readonly modelRunner: { readonly enabled: boolean; readonly port: unknown; readonly origins: readonly unknown[] };
  readonly mcpToolkit: { readonly enabled: boolean };
  readonly dockerAi: { readonly enabled: boolean };
  readonly addresses: readonly string[];
}

function statusOf(entries: readonly SettingEntryBody[], addresses: readonly string[]): DesktopStatus {
  const valueOf = (key: string): unknown => entries.find((entry) => entry.key === key)?.value;
  const origins = valueOf('server.origins');
  return {
    modelRunner: {
      enabled: valueOf('modelRunner.enabled') === true,
      port: valueOf('server.port'),
      origins: Array.isArray(origins) ? origins : [],
    },
    mcpToolkit: { enabled: valueOf('mcp.enabled') === true },
    dockerAi: { enabled: valueOf('assistant.enabled') === true },
    addresses,
  };
}

async function addressesOf(daemon: DaemonClient): Promise<readonly string[]> {
  const addresses = field(JSON.parse(await daemon.text({ path: '/gantry/status' })), 'addresses');
  return Array.isArray(addresses) ? addresses.map(String) : [];
}

function originsOf(cors: string): readonly string[] {
  if (cors === 'all') return ['*'];
  return cors === 'none' || cors === '' ? [] : cors.split(',').map((origin) => origin.trim());
}

const features = ['model-runner', 'mcp-toolkit', 'docker-ai'] as const;

function featureOf({ t }: CliContext, name: string): (typeof features)[number] {
  const feature = features.find((one) => one === name);
  if (feature === undefined) throw usageError(t('desktop.noFeature', { name, names: features.join(', ') }));
  return feature;
}

interface SwitchOptions {
  readonly enabled: boolean;
  readonly yes: boolean;
  readonly json: boolean;
}

async function switchOther(
  context: CliContext,
  feature: string,
  { enabled, yes, json }: SwitchOptions,
): Promise<number> {
  const { t } = context;
  if (feature === 'docker-ai') {
    // It is on once its terms are accepted; that it is off already is no error.
    const { enable, disable } = await import('./ai/switch.ts');
    const code = enabled ? await enable(context, { yes }) : await disable(context);
    if (code === 0 && json) await desktopStatus(context, { json });
    return code;
  }
  const daemon = await context.daemon();
  await changeSettings(daemon, [{ path: 'mcp.enabled', value: enabled }]);
  if (json) await desktopStatus(context, { json });
  else context.print(`${enabled ? t('desktop.toolkitEnabled') : t('desktop.toolkitDisabled')}\n`);
  return 0;
}
