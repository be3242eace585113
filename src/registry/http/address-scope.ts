import { BlockList, isIP } from 'node:net';
import type { AddressScope } from '../types.ts';

const ranges: readonly [AddressScope, string, number][] = [
  ['loopback', '127.0.0.0', 8],
  ['loopback', '::1', 128],
  // "This network" and the unspecified address reach this host.
  ['loopback', '0.0.0.0', 8],
  ['loopback', '::', 128],
  // Cloud metadata services live here.
  ['link-local', '169.254.0.0', 16],
  ['link-local', 'fe80::', 10],
  ['private', '10.0.0.0', 8],
  ['private', '172.16.0.0', 12],
  ['private', '192.168.0.0', 16],
  ['private', '100.64.0.0', 10],
  ['private', '192.0.0.0', 24],
  ['private', '198.18.0.0', 15],
  ['private', '224.0.0.0', 3],
  ['private', 'fc00::', 7],
  ['private', 'fec0::', 10],
  ['private', 'ff00::', 8],
];

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

const lists = ranges.map(([scope, network, prefix]) => {
  const list = new BlockList();
  list.addSubnet(network, prefix, familyOf(network));
  return { scope, list };
});

/** Scope of an IP address; IPv4 addresses inside IPv6 (mapped, NAT64, 6to4) count as what they carry. */
export function addressScope(address: string): AddressScope {
  const plain = embeddedIpv4(address) ?? address.replace(/%.*$/, '');
  return lists.find(({ list }) => list.check(plain, familyOf(plain)))?.scope ?? 'public';
}

function embeddedIpv4(address: string): string | undefined {
  if (isIP(address) !== 6) return undefined;
  const groups = expandIpv6(address.replace(/%.*$/, ''));
  const high = groups.slice(0, 6).map((group) => group.toString(16));
  const prefix = high.join(':');
  if (prefix === '0:0:0:0:0:ffff' || prefix === '64:ff9b:0:0:0:0') return dotted(groups[6], groups[7]);
  if (groups[0] === 0x2002) return dotted(groups[1], groups[2]);
  return undefined;
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 255, low >> 8, low & 255].join('.');
}

function expandIpv6(address: string): number[] {
  const tail = /(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(address);
  const hex = tail
    ? address.slice(0, tail.index) +
      [1, 3].map((at) => ((Number(tail[at]) << 8) | Number(tail[at + 1])).toString(16)).join(':')
    : address;
  const [head = '', rest] = hex.split('::');
  const parse = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));
  const before = parse(head);
  const after = rest === undefined ? [] : parse(rest);
  return [...before, ...Array<number>(Math.max(0, 8 - before.length - after.length)).fill(0), ...after];
}

const reachable: Readonly<Record<AddressScope, readonly AddressScope[]>> = {
  public: ['public'],
  private: ['public', 'private'],
  'link-local': ['public', 'private', 'link-local'],
  loopback: ['public', 'private', 'loopback'],
};

/** Whether someone at an address of scope `from` may send us to one of scope `to`: nobody gets us closer to home than they are. */
export function mayLeadTo(from: AddressScope, to: AddressScope): boolean {
  return reachable[from].includes(to);
}

/** A host name or literal that always means this machine. */
export function isLoopbackHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (host === 'localhost' || host.endsWith('.localhost')) return true;
  return isIP(host) !== 0 && addressScope(host) === 'loopback';
}
