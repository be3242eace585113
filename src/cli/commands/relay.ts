import type { RelayBody } from '#contract';
import type { CliContext } from '../context.ts';
import { usageError } from '../usage-error.ts';

const path = '/gantry/relay';

export interface RelayOptions {
  readonly network?: readonly string[];
  readonly all?: boolean;
  readonly json?: boolean;
}

export async function enableRelay(
  context: CliContext,
  { network = [], all = false, json = false }: RelayOptions,
): Promise<number> {
  const { t } = context;
  if (all === network.length > 0) throw usageError(t('relay.whichNetworks'));
  const daemon = await context.daemon();
  context.notice(t('relay.building'));
  const body = { networks: all ? 'all' : network };
  const relay = await daemon.json({ method: 'PUT', path, body }, (contract) => contract.relayBody);
  show(context, relay, { json });
  return 0;
}

export async function disableRelay(context: CliContext, { json = false }: RelayOptions): Promise<number> {
  const daemon = await context.daemon();
  await daemon.text({ method: 'DELETE', path });
  if (json) show(context, await fetchRelay(context), { json });
  else context.print(`${context.t('relay.disabled')}\n`);
  return 0;
}

export async function relayStatus(context: CliContext, { json = false }: RelayOptions): Promise<number> {
  show(context, await fetchRelay(context), { json });
  return 0;
}

async function fetchRelay(context: CliContext): Promise<RelayBody> {
  return await (await context.daemon()).json({ path }, (contract) => contract.relayBody);
}

function show({ t, print, printJson }: CliContext, relay: RelayBody, { json }: { json: boolean }): void {
  if (json) {
    printJson(relay);
    return;
  }
  if (relay.state === 'off') {
    print(`${t('relay.off')}\n`);
    return;
  }
  const wanted = relay.networks === 'all' ? t('relay.allNetworks') : relay.networks.join(', ');
  const joined = relay.joined.length > 0 ? relay.joined.join(', ') : t('relay.nowhere');
  const state = t(relay.state === 'running' ? 'relay.running' : 'relay.stopped', { container: relay.container ?? '' });
  print(
    `${state}\n${t('relay.wanted', { networks: wanted })}\n${t('relay.joined', { networks: joined, url: relay.url })}\n`,
  );
}
