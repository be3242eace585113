import { isIPv4 } from 'node:net';
import { AppError } from '#core';
import type { Settings } from '#settings';

export interface ListenPlace {
  readonly scheme: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

export interface ListenPlan {
  readonly places: readonly ListenPlace[];
  /** Why the network gets nothing although the settings name it. */
  readonly refused: AppError | undefined;
}

/** Where the daemon listens. The network is served only with keys, or where the settings say `open` in so many words. */
export function planListeners(server: Settings['server'], { hasKeys }: { hasKeys: boolean }): ListenPlan {
  const named = widest([server.host, ...server.listen]);
  const network = named.filter((host) => !isLoopback(host));
  const closed = server.access !== 'open' && !hasKeys;
  const hosts = closed ? loopbackOf(named) : named;
  const plainHosts = server.tls.enabled && server.tls.only ? loopbackOf(hosts) : hosts;
  const [first] = network;
  return {
    places: [
      ...(server.port === 0 ? [] : plainHosts.map((host) => ({ scheme: 'http' as const, host, port: server.port }))),
      ...(server.tls.enabled ? hosts.map((host) => ({ scheme: 'https' as const, host, port: server.tls.port })) : []),
    ],
    refused: closed && first !== undefined ? needsKey(first) : undefined,
  };
}

/** Addresses that only this machine reaches. */
export function isLoopback(host: string): boolean {
  const address = host.replace(/^::ffff:/, '');
  return address === 'localhost' || address === '::1' || (isIPv4(address) && address.startsWith('127.'));
}

/** An address for all of a family takes the ports of each single one. */
export function isWildcard(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** Whether the plain port is taken at all addresses. */
export function isEverywhere(places: readonly ListenPlace[]): boolean {
  return places.some(({ scheme, host }) => scheme === 'http' && isWildcard(host));
}

export function plainPort(places: readonly ListenPlace[]): number | undefined {
  return places.find(({ scheme }) => scheme === 'http')?.port;
}

function widest(hosts: readonly string[]): readonly string[] {
  if (hosts.includes('::')) return ['::'];
  const isCovered = (host: string): boolean => hosts.includes('0.0.0.0') && isIPv4(host) && host !== '0.0.0.0';
  return [...new Set(hosts)].filter((host) => !isCovered(host));
}

/** This machine's own part; it always has one. */
function loopbackOf(hosts: readonly string[]): readonly string[] {
  const own = hosts.filter(isLoopback);
  return own.length > 0 ? own : ['127.0.0.1'];
}

function needsKey(host: string): AppError {
  return new AppError('settings.invalid', `${host} would open Gantry to the network, and there is no API key.`, {
    hint: 'Make one first: gantry key create NAME --scope infer. Or do without, in so many words: gantry settings set server.access open',
    params: { reason: 'network_needs_key', host },
  });
}
