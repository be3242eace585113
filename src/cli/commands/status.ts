import { AppError, formatIecSize } from '#core';
import type { DaemonStatusBody } from '#contract';
import type { DaemonClient } from '../client/daemon-client.ts';
import type { CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { agoText } from '../output/duration.ts';
import { jsonText } from '../output/json.ts';
import { pairsText, tableText } from '../output/table.ts';
import { endpointsOf, kindOf } from '../plugin/docker-runner.ts';
import { dockerStatus } from './docker-status.ts';

export async function status(context: CliContext, { json = false }: { json?: boolean }): Promise<number> {
  if (context.calledAs.style === 'docker') return await dockerStatus(context, { json });
  const client = context.runningDaemon();
  const body = await statusOf(client);
  if (json) context.print(jsonText(body ? await runningJson(body, client) : { running: false }, { indent: 0 }));
  else if (body) context.print(runningText(body, context));
  else {
    context.print(`${context.t('daemon.notRunning')}\n`);
    context.notice(context.t('daemon.notRunningHint'));
  }
  return body ? exitCodes.ok : exitCodes.daemon;
}

/** The daemon's status, or undefined when none runs on this machine. */
export async function statusOf(client: DaemonClient): Promise<DaemonStatusBody | undefined> {
  try {
    return await client.json({ path: '/gantry/status' }, (contract) => contract.daemonStatusBody);
  } catch (error) {
    const down = error instanceof AppError && error.code === 'daemon.not_running' && client.address.kind === 'local';
    if (down && error.params['denied'] === undefined) return undefined;
    throw error;
  }
}

async function runningJson(body: DaemonStatusBody, client: DaemonClient): Promise<unknown> {
  return { running: true, kind: kindOf(client.address), ...(await endpointsOf(client)), ...body };
}

function accessRows({ access }: DaemonStatusBody, t: CliContext['t']): readonly (readonly [string, string])[] {
  if (!access) return [];
  const { mode, keys, refused } = access;
  return [
    [t('status.access'), t(`status.access.${mode}`, { keys })],
    ...(refused === undefined ? [] : [[t('status.refused'), refused] as const]),
  ];
}

function runningText(body: DaemonStatusBody, { t, clock }: CliContext): string {
  const { usedBytes, budgetBytes } = body.memory;
  const pairs = pairsText([
    [t('status.version'), body.version],
    [t('status.pid'), String(body.pid)],
    [t('status.home'), body.home],
    [t('status.started'), agoText(Date.parse(body.startedAt), { nowMs: clock.now(), t })],
    [t('status.addresses'), body.addresses.join(', ')],
    ...accessRows(body, t),
    [t('status.runners'), String(body.runners)],
    [
      t('status.memory'),
      t('status.memoryValue', { used: formatIecSize(usedBytes), budget: formatIecSize(budgetBytes) }),
    ],
  ]);
  const backends = tableText(
    [t('column.backend'), t('column.status'), t('column.details')],
    Object.entries(body.backends).map(([name, text]) => {
      const [state = '', ...details] = text.split(': ');
      return [name, state, details.join(': ')];
    }),
  );
  return `${t(body.state === 'stopping' ? 'status.stopping' : 'status.running')}\n\n${pairs}\n${backends}`;
}
