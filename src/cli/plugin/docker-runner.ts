import { AppError, isAbort } from '#core';
import type { DaemonAddress } from '../client/address.ts';
import type { DaemonClient } from '../client/daemon-client.ts';
import { field } from '../client/read.ts';
import { endpointsFor, type Endpoints, type Reach } from './endpoint.ts';

/** States of the backends; undefined when the Model Runner is switched off. Asks only what Docker's own runner answers too. */
export async function backendsOf(client: DaemonClient): Promise<Readonly<Record<string, string>> | undefined> {
  try {
    return await client.json({ path: '/engines/status' }, (contract) => contract.enginesStatusBody);
  } catch (error) {
    if (error instanceof AppError && error.code === 'inference.disabled') return undefined;
    throw error;
  }
}

/** Where containers and programs of this machine reach the models. */
export async function endpointsOf(client: DaemonClient): Promise<Endpoints> {
  const { address } = client;
  const remote = 'url' in address ? address.label : undefined;
  if (remote !== undefined) return endpointsFor({ addresses: [], relay: 'off', remote });
  const [status, relay] = await Promise.all([
    client.json({ path: '/gantry/status' }, (contract) => contract.daemonStatusBody),
    relayOf(client),
  ]);
  return endpointsFor({ addresses: status.addresses, relay, remote });
}

/** What `docker model` calls this kind of runner (contract model-runner §1.2). */
export function kindOf(address: DaemonAddress): string {
  return address.kind === 'remote' ? 'Docker Engine (Manual Install)' : 'Docker Engine';
}

/** No Engine, no relay: whatever keeps it from being told, containers do not reach us through it. */
async function relayOf(client: DaemonClient): Promise<Reach['relay']> {
  try {
    const relay: unknown = JSON.parse(await client.text({ path: '/gantry/relay' }));
    if (field(relay, 'state') !== 'running') return 'off';
    return field(relay, 'networks') === 'all' ? 'everywhere' : 'some networks';
  } catch (error) {
    if (isAbort(error) || (error instanceof AppError && error.code === 'request.aborted')) throw error;
    return 'off';
  }
}
