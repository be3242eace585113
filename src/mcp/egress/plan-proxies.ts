import { isIP } from 'node:net';
import type { AllowedHost } from '../types.ts';
import type { ProxyOrder } from './proxy-program.ts';

/** The hosts that one proxy stands in for. */
export type ProxyGroup = readonly AllowedHost[];

/**
 * Shares hosts among proxies: a connection that says nothing of where it goes must find its host by the port alone, so that two
 * such hosts with the same port cannot have the same address. Nearly always it is one proxy.
 */
export function planProxies(allow: readonly AllowedHost[]): readonly ProxyGroup[] {
  const byHost = new Map<string, AllowedHost[]>();
  // Names that only a pattern knows are answered by the first proxy.
  for (const one of allow.toSorted((a, b) => Number(isWild(b)) - Number(isWild(a)))) {
    byHost.set(one.host, [...(byHost.get(one.host) ?? []), one]);
  }
  const groups: AllowedHost[][] = [[]];
  for (const own of byHost.values()) {
    const group = groups.find((members) => !own.some((one) => members.some((other) => isAmbiguous(one, other))));
    if (group) group.push(...own);
    else groups.push([...own]);
  }
  return groups;
}

function isAmbiguous(one: AllowedHost, other: AllowedHost): boolean {
  const isListening = (each: AllowedHost): boolean => !(isWild(each) && each.protocol === 'tcp');
  return (
    one.port === other.port &&
    one.host !== other.host &&
    isListening(one) &&
    isListening(other) &&
    (one.protocol === 'tcp' || other.protocol === 'tcp')
  );
}

export function isWild({ host }: AllowedHost): boolean {
  return host.startsWith('*');
}

/** A port for the proxy's own protocol that no allowed host has. */
export function proxyPortFor(allow: readonly AllowedHost[]): number {
  const taken = new Set(allow.map(({ port }) => port));
  let port = 3128;
  while (taken.has(port)) port += 1;
  return port;
}

export interface OrderInput {
  /** All that the server may reach. */
  readonly allow: readonly AllowedHost[];
  /** Addresses of other proxies by the hosts that they stand in for. */
  readonly elsewhere: Readonly<Record<string, string>>;
}

/** What one of the proxies is told. */
export function proxyOrder(group: ProxyGroup, { allow, elsewhere }: OrderInput): ProxyOrder {
  const rawPorts = new Map(
    group.filter((one) => one.protocol === 'tcp' && !isWild(one)).map(({ host, port }) => [port, host]),
  );
  const named = group.filter(({ protocol, port }) => protocol !== 'tcp' && !rawPorts.has(port)).map(({ port }) => port);
  return {
    proxyPort: proxyPortFor(allow),
    allow,
    named: [...new Set(named)],
    raw: [...rawPorts].map(([port, host]) => ({ host, port })),
    elsewhere,
  };
}

/** `name:address` for the names that have an address whoever is asked for it. */
export function hostsEntries(group: ProxyGroup, address: string): readonly string[] {
  const names = group.filter((one) => !isWild(one) && isIP(one.host) === 0).map(({ host }) => host);
  return [...new Set(names)].map((name) => `${name}:${address}`);
}
