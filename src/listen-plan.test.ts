import { describe, expect, it } from 'vitest';
import { settingsSchema } from '#settings';
import { planListeners } from './listen-plan.ts';

function plan(server: Record<string, unknown>, { hasKeys = true } = {}): { places: string[]; refused: boolean } {
  const { places, refused } = planListeners(settingsSchema.parse({ server }).server, { hasKeys });
  return {
    places: places.map(({ scheme, host, port }) => `${scheme} ${host} ${port}`),
    refused: refused !== undefined,
  };
}

describe('where the daemon listens', () => {
  it.each([
    ['as it comes', {}, ['http 127.0.0.1 12434']],
    ['without TCP', { port: 0 }, []],
    [
      'on several',
      { listen: ['192.168.1.5', '::1'] },
      ['http 127.0.0.1 12434', 'http 192.168.1.5 12434', 'http ::1 12434'],
    ],
    ['on one twice', { listen: ['127.0.0.1'] }, ['http 127.0.0.1 12434']],
    [
      'on all of IPv4 and one',
      { host: '0.0.0.0', listen: ['10.0.0.1', '::1'] },
      ['http 0.0.0.0 12434', 'http ::1 12434'],
    ],
    ['on all', { host: '::', listen: ['0.0.0.0', '127.0.0.1'] }, ['http :: 12434']],
    ['with TLS', { tls: { enabled: true } }, ['http 127.0.0.1 12434', 'https 127.0.0.1 12444']],
    ['with TLS and no plain port', { port: 0, tls: { enabled: true } }, ['https 127.0.0.1 12444']],
    [
      'with TLS alone to the network',
      { host: '0.0.0.0', tls: { enabled: true, only: true } },
      ['http 127.0.0.1 12434', 'https 0.0.0.0 12444'],
    ],
  ])('%s', (_name, server, places) => {
    expect(plan(server)).toEqual({ places, refused: false });
  });

  it.each(['0.0.0.0', '::', '192.168.1.5', '128.0.0.1', '127.evil.example', 'gantry.lan', '::ffff:10.0.0.1'])(
    'not on %s without a key, and on this machine still',
    (host) => {
      expect(plan({ host }, { hasKeys: false })).toEqual({ places: ['http 127.0.0.1 12434'], refused: true });
      expect(plan({ listen: [host] }, { hasKeys: false })).toEqual({ places: ['http 127.0.0.1 12434'], refused: true });
      expect(plan({ host, access: 'open' }, { hasKeys: false }).refused).toBe(false);
    },
  );
});
