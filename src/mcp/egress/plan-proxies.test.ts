import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AllowedHost } from '../types.ts';
import { hostsEntries, planProxies, proxyOrder, proxyPortFor } from './plan-proxies.ts';

const https = (host: string, port = 443): AllowedHost => ({ host, port, protocol: 'https' });
const tcp = (host: string, port: number): AllowedHost => ({ host, port, protocol: 'tcp' });

describe('hosts', () => {
  it('share one proxy as long as it can tell them apart', () => {
    expect(planProxies([https('a'), https('b'), tcp('db', 5432), tcp('cache', 6379), https('*.c')])).toHaveLength(1);
  });

  it('that cannot be told apart have a proxy each, and keep all their ports together', () => {
    const groups = planProxies([tcp('one', 5432), tcp('two', 5432), https('two')]);
    expect(groups).toEqual([[tcp('one', 5432)], [tcp('two', 5432), https('two')]]);
  });

  it('of a pattern belong to the first proxy', () => {
    const groups = planProxies([tcp('db', 443), https('*.org')]);
    expect(groups).toEqual([[https('*.org')], [tcp('db', 443)]]);
  });
});

it('never gives a port of one proxy to two hosts that it cannot tell apart, and forgets no host', () => {
  const host = fc.constantFrom('a', 'b', 'c', '*', '*.x', '10.0.0.1');
  const allowed = fc.record({
    host,
    port: fc.constantFrom(80, 443, 5432),
    protocol: fc.constantFrom('http' as const, 'https' as const, 'tcp' as const),
  });
  fc.assert(
    fc.property(fc.array(allowed, { maxLength: 12 }), (allow) => {
      const groups = planProxies(allow);
      expect(groups.flat()).toHaveLength(allow.length);
      const homes = new Map<string, number>();
      for (const [index, group] of groups.entries()) {
        const { named, raw } = proxyOrder(group, { allow, elsewhere: {} });
        const ports = [...named, ...raw.map((one) => one.port)];
        expect(new Set(ports).size).toBe(ports.length);
        for (const { port, host: owner } of raw) {
          expect(
            group.filter((one) => one.port === port && !one.host.startsWith('*')).every((one) => one.host === owner),
          ).toBe(true);
        }
        for (const one of group) expect(homes.get(one.host) ?? index).toBe(index);
        for (const one of group) homes.set(one.host, index);
        if (index > 0) expect(group.some((one) => one.host.startsWith('*'))).toBe(false);
      }
    }),
  );
});

it('gives names an address, and neither patterns nor what is an address already', () => {
  expect(hostsEntries([https('a'), https('a', 80), https('*.b'), https('10.0.0.1')], '172.20.0.2')).toEqual([
    'a:172.20.0.2',
  ]);
});

it("has a port of its own that none of the server's hosts has", () => {
  expect(proxyPortFor([https('a')])).toBe(3128);
  expect(proxyPortFor([https('a', 3128), tcp('b', 3129)])).toBe(3130);
});
