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
  readonly json?: boolean;
}

interface JsonOption {
  readonly json?: boolean;
}

export async function enableFeature(context: CliContext, feature: string, options: EnableOptions): Promise<number> {
  assertModelRunner(context, feature);
  const { tcp, cors, json } = options;
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
  assertModelRunner(context, feature);
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
  context.print(
    pairsText([
      [t('desktop.status'), enabled ? t('desktop.running') : t('desktop.stopped')],
      [t('desktop.tcp'), port === 0 ? t('desktop.tcpOff') : String(port)],
      [t('desktop.cors'), origins.length === 0 ? t('desktop.corsLocal') : origins.join(', ')],
      [t('status.addresses'), status.addresses.join(', ')],
    ]),
  );
  return 0;
}

interface DesktopStatus {
  readonly modelRunner: { readonly enabled: boolean; readonly port: unknown; readonly origins: readonly unknown[] };
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

function assertModelRunner({ t }: CliContext, feature: string): void {
  if (feature !== 'model-runner') throw usageError(t('desktop.onlyModelRunner', { name: feature }));
}
