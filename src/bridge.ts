import { isIPv4 } from 'node:net';
import { AppError, errorCodeOf, type Clock, type Log } from '#core';
import { followEngine, type Docker, type NetworkFacts } from '#docker';
import type { Listener } from './listeners.ts';

export interface BridgeOptions {
  readonly docker: Pick<Docker, 'address' | 'events' | 'networks'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The port to listen on; undefined while containers are not to be served. */
  readonly port: () => number | undefined;
  readonly listen: (address: { host: string; port: number }) => Promise<Listener>;
}

export interface Bridge {
  listener(): Listener | undefined;
  /** The address the host has on the bridge, once it is known. */
  host(): string | undefined;
  /** Looks again, now: after settings have changed. */
  follow(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Serves containers at the address the host has on Docker's bridge. The bridge comes with the Engine, which may start after us and
 * again with another address: it is asked each time it comes up. An Engine elsewhere, or in a virtual machine, has a bridge that is
 * not ours to listen on.
 */
export function serveOnBridge({ docker, clock, log, port, listen }: BridgeOptions): Bridge {
  let open: { readonly listener: Listener; readonly host: string; readonly port: number } | undefined;
  let host: string | undefined;
  let turn: Promise<void> = Promise.resolve();
  const closing = new AbortController();
  const { signal } = closing;

  async function fit(): Promise<void> {
    const wanted = port();
    if (signal.aborted || (host === open?.host && wanted === open?.port)) return;
    await open?.listener.close();
    open = undefined;
    if (host === undefined || wanted === undefined) return;
    try {
      open = { listener: await listen({ host, port: wanted }), host, port: wanted };
      log.info('containers are served', { address: open.listener.address });
    } catch (error) {
      if (isElsewhere(error)) log.info("the Engine's bridge is not on this machine", { host });
      else log.warn('containers are not served on the bridge', { error });
    }
  }

  function follow(): Promise<void> {
    turn = turn.then(fit);
    return turn;
  }

  async function watch(): Promise<void> {
    // Nothing but that the Engine is up is of interest; hardly anything passes this filter.
    const filters = { type: ['daemon'] };
    for await (const { type } of followEngine(docker, { clock, signal, filters })) {
      if (type !== 'up') continue;
      host = gatewayOf(await docker.networks.inspect('bridge', { signal }).catch(() => undefined));
      await follow();
    }
  }

  const watching = watch();
  return {
    listener: () => open?.listener,
    host: () => host,
    follow,
    async close() {
      closing.abort();
      await watching;
      await turn;
      await open?.listener.close();
    },
  };
}

/**
 * The host's own address in a network; undefined when there is no such network or it has none. An Engine that found its bridge there when it started
 * names the subnet alone: then it is the first address, as for every bridge that Docker makes, and whether it is ours shows when we listen.
 */
export function gatewayOf(network: NetworkFacts | undefined): string | undefined {
  const named = network?.subnets
    .map(({ gateway }) => gateway)
    .find((address) => address !== undefined && isIPv4(address));
  return named ?? network?.subnets.map(({ subnet }) => firstAddress(subnet)).find((address) => address !== undefined);
}

function firstAddress(subnet: string): string | undefined {
  const [, network = '', last = ''] = /^((?:\d{1,3}\.){3})(\d{1,3})\/(?:[89]|1\d|2\d|30)$/.exec(subnet) ?? [];
  const address = `${network}${Number(last) + 1}`;
  return isIPv4(address) ? address : undefined;
}

function isElsewhere(error: unknown): boolean {
  return error instanceof AppError && errorCodeOf(error.cause) === 'EADDRNOTAVAIL';
}
