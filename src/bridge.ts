import { isIPv4 } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Clock, Log } from '#core';
import type { Docker } from '#docker';
import type { Listener } from './listeners.ts';

/** IPv4 addresses by interface. */
export type Interfaces = Readonly<Record<string, readonly string[]>>;

export interface BridgeOptions {
  readonly docker: Pick<Docker, 'networks'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly interfaces?: (() => Interfaces) | undefined;
  /** The port to listen on; undefined while containers are not to be served. */
  readonly port: () => number | undefined;
  readonly listen: (address: { host: string; port: number }) => Promise<Listener>;
}

export interface Bridge {
  listener(): Listener | undefined;
  /** Looks again, now: after settings have changed. */
  follow(): Promise<void>;
  close(): Promise<void>;
}

const lookEveryMs = 5000;
const askLimitMs = 2000;

/**
 * Serves containers at the address the host has on Docker's bridge. The bridge may come with an Engine that starts after us and
 * may go again: the machine's addresses are looked at every few seconds, and the Engine is asked only when they have changed.
 */
export function serveOnBridge(options: BridgeOptions): Bridge {
  const { clock, log, listen, port, interfaces = machineInterfaces } = options;
  let open: { readonly listener: Listener; readonly host: string; readonly port: number } | undefined;
  let seen: string | undefined;
  let turn: Promise<void> = Promise.resolve();
  let cancelLook = (): void => undefined;
  const closing = new AbortController();

  async function look(): Promise<void> {
    const now = interfaces();
    const wantedPort = port();
    const view = JSON.stringify([now, wantedPort]);
    if (view === seen || closing.signal.aborted) return;
    seen = view;
    const host =
      wantedPort === undefined ? undefined : bridgeAddress(now, await gateway(options.docker, closing.signal));
    if (host === open?.host && wantedPort === open?.port) return;
    await open?.listener.close();
    open = undefined;
    if (host === undefined || wantedPort === undefined || closing.signal.aborted) return;
    try {
      open = { listener: await listen({ host, port: wantedPort }), host, port: wantedPort };
      log.info('containers are served', { address: open.listener.address });
    } catch (error) {
      log.warn('containers are not served on the bridge', { error });
    }
  }

  function follow(): Promise<void> {
    turn = turn.then(look).catch((error: unknown) => log.warn('the bridge was not found', { error }));
    return turn;
  }

  function lookLater(): void {
    cancelLook = clock.schedule(lookEveryMs, () => {
      void follow().then(() => {
        if (!closing.signal.aborted) lookLater();
      });
    });
  }

  void follow();
  lookLater();
  return {
    listener: () => open?.listener,
    follow,
    async close() {
      closing.abort();
      cancelLook();
      await turn;
      await open?.listener.close();
    },
  };
}

/**
 * The address to serve containers at: the gateway of the Engine's default network if it is one of this machine (an Engine in a
 * virtual machine or elsewhere has its own), else that of docker0, for an Engine that does not answer yet.
 */
export function bridgeAddress(interfaces: Interfaces, gateway: string | undefined): string | undefined {
  const own = Object.values(interfaces).flat();
  if (gateway !== undefined) return own.includes(gateway) ? gateway : undefined;
  return interfaces['docker0']?.[0];
}

async function gateway({ networks }: Pick<Docker, 'networks'>, closing: AbortSignal): Promise<string | undefined> {
  try {
    const signal = AbortSignal.any([closing, AbortSignal.timeout(askLimitMs)]);
    const { subnets } = await networks.inspect('bridge', { signal });
    return subnets.map((one) => one.gateway).find((address) => address !== undefined && isIPv4(address));
  } catch {
    // No Engine yet, or one without a default network.
    return undefined;
  }
}

function machineInterfaces(): Interfaces {
  return Object.fromEntries(
    Object.entries(networkInterfaces()).map(([name, addresses = []]) => [
      name,
      addresses.filter(({ family }) => family === 'IPv4').map(({ address }) => address),
    ]),
  );
}
