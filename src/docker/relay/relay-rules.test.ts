import { describe, expect, it } from 'vitest';
import type { NetworkFacts } from '../types.ts';
import { isWanted, moveFor } from './membership.ts';
import { librariesIn } from './relay-image.ts';

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
  it.each([
    ['comes to a network when others are there', ['app'], 'join'],
    ['stays with others', ['app', 'relay'], 'stay'],
    ['leaves when it is alone, so that the network can be removed', ['relay'], 'leave'],
    ['does not come to an empty network', [], 'stay'],
  ])('%s', (_title, containers, move) => {
    expect(moveFor(network({ containers }), { wanted: 'all', relay: 'relay' })).toBe(move);
    expect(moveFor(network({ containers }), { wanted: ['app_default'], relay: 'relay' })).toBe(move);
    expect(moveFor(network({ containers }), { wanted: ['other'], relay: 'relay' })).toBe('stay');
  });

  it.each(['bridge', 'host', 'none', 'ingress'])('never goes to Docker’s own network %s', (name) => {
    expect(isWanted(network({ name }), 'all')).toBe(false);
    expect(isWanted(network({ name }), [name])).toBe(false);
  });
});

it('takes every library that ldd names, the loader too', () => {
  const output = `\tlinux-vdso.so.1 (0x00007ffd)
\tlibdl.so.2 => /lib/x86_64-linux-gnu/libdl.so.2 (0x00007f1a)
\tlibgone.so => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f1b)
`;
  expect(librariesIn(output)).toEqual(['/lib/x86_64-linux-gnu/libdl.so.2', '/lib64/ld-linux-x86-64.so.2']);
});
