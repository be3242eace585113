import { describe, expect, it } from 'vitest';
import type { NetworkFacts } from '../types.ts';
import { isEnding, isWanted, moveFor } from './membership.ts';
import { librariesIn } from './host-node.ts';

const network = (facts: Partial<NetworkFacts> = {}): NetworkFacts => ({
  id: 'n1',
  name: 'app_default',
  driver: 'bridge',
  scope: 'local',
  labels: {},
  subnets: [],
  containers: [],
  ...facts,
});

describe('where the relay goes', () => {
  const ending: ReadonlySet<string> = new Set(['ending']);

  it.each([
    ['comes to a network when others are there', ['app'], 'join'],
    ['stays with others', ['app', 'relay'], 'stay'],
    ['leaves when it is alone, so that the network can be removed', ['relay'], 'leave'],
    ['does not come to an empty network', [], 'stay'],
    ['leaves when the last others end, before their network is removed', ['ending', 'relay'], 'leave'],
    ['does not come for who ends', ['ending'], 'stay'],
    ['stays with those who do not end', ['ending', 'app', 'relay'], 'stay'],
  ])('%s', (_title, containers, move) => {
    expect(moveFor(network({ containers }), { wanted: 'all', relay: 'relay', ending })).toBe(move);
    expect(moveFor(network({ containers }), { wanted: ['app_default'], relay: 'relay', ending })).toBe(move);
    expect(moveFor(network({ containers }), { wanted: ['other'], relay: 'relay', ending })).toBe('stay');
  });

  it.each(['bridge', 'host', 'none', 'ingress'])('never goes to Docker’s own network %s', (name) => {
    expect(isWanted(network({ name }), 'all')).toBe(false);
    expect(isWanted(network({ name }), [name])).toBe(false);
  });
});

it.each([
  ['kill', '15', true],
  ['kill', '9', true],
  ['kill', '3', true],
  ['die', undefined, true],
  ['kill', '1', false],
  ['kill', 'SIGHUP', false],
  ['kill', '12', false],
  ['start', undefined, false],
])('a container with the event %s %s ends: %s', (action, signal, expected) => {
  expect(isEnding({ action, attributes: signal === undefined ? {} : { signal } })).toBe(expected);
});

it('takes every library that ldd names, the loader too', () => {
  const output = `\tlinux-vdso.so.1 (0x00007ffd)
\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f1a)
\tlibgone.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f1b)
`;
  expect(librariesIn(output)).toEqual(['/lib/x86_64-linux-gnu/libdl.so.2', '/lib64/ld-linux-x86-64.so.2']);
});
