import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concernedBy, projectVerbs, totalsOf, waves } from './projects.ts';
import type { ContainerRow } from './rows.ts';

const row = (service: string, change: Partial<ContainerRow> = {}): ContainerRow => ({
  id: service,
  name: service,
  image: '',
  imageId: '',
  command: '',
  createdAt: 0,
  state: 'running',
  status: '',
  exitCode: null,
  health: 'none',
  ports: [],
  project: 'shop',
  service,
  dependsOn: [],
  networks: [],
  volumes: [],
  badge: null,
  ...change,
});
const names = (all: readonly (readonly ContainerRow[])[]): string =>
  all.map((one) => one.map(({ id }) => id).join()).join(' ');

describe('a project', () => {
  const shop = [row('web', { dependsOn: ['api', 'gone'] }), row('api', { dependsOn: ['db'] }), row('db'), row('mail')];

  it('starts what others need first, and stops it last', () => {
    expect(names(waves('start', shop))).toBe('db,mail api web');
    expect(names(waves('restart', shop))).toBe('db,mail api web');
    expect(names(waves('stop', shop))).toBe('web api db,mail');
    expect(names(waves('remove', shop))).toBe('web api db,mail');
  });

  it('acts on each once, whatever depends on what', () => {
    const service = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.array(fc.tuple(service, fc.array(service))), fc.constantFrom(...projectVerbs), (all, verb) => {
        const rows = all.map(([one, dependsOn], at) => row(one, { id: String(at), dependsOn }));
        const taken = waves(verb, rows).flat();
        expect(taken.map(({ id }) => id).toSorted()).toEqual(rows.map(({ id }) => id).toSorted());
      }),
    );
  });

  it('starts what is not up, and stops what is', () => {
    const mixed = [
      row('a'),
      row('b', { state: 'exited' }),
      row('c', { state: 'paused' }),
      row('d', { state: 'created' }),
    ];
    const concerned = (verb: (typeof projectVerbs)[number]): string =>
      concernedBy(verb, mixed)
        .map(({ id }) => id)
        .join('');
    expect(projectVerbs.map(concerned)).toEqual(['bd', 'ac', 'abcd', 'abcd']);
  });

  it('adds up what its containers use', () => {
    const usage = {
      cpuPercent: 1.5,
      memoryBytes: 10,
      memoryLimitBytes: 100,
      pids: 1,
      receivedBytes: 0,
      sentBytes: 0,
      readBytes: 0,
      writtenBytes: 0,
    };
    const containers = { web: usage, db: { ...usage, cpuPercent: null }, other: usage };
    expect(totalsOf(shop, { containers, left: 0 })).toEqual({ running: 4, cpuPercent: 1.5, memoryBytes: 20, read: 2 });
  });
});
