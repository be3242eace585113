import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clientNamePattern, exposeNames, type NamedItem } from './names.ts';

const item = (server: string, name: string, prefix?: string): NamedItem => ({ server, name, prefix });
const namesOf = (items: readonly NamedItem[], reserved: readonly string[] = []): Readonly<Record<string, string>> =>
  Object.fromEntries(
    exposeNames(items, { reserved: new Set(reserved) }).exposed.map(({ item: one, exposed }) => [
      `${one.server}/${one.name}`,
      exposed,
    ]),
  );

describe('the names that clients see', () => {
  it('leaves a name alone that nobody else has', () => {
    expect(namesOf([item('git', 'status'), item('files', 'read')])).toEqual({
      'git/status': 'status',
      'files/read': 'read',
    });
  });

  it('puts the prefix that was asked for before it', () => {
    expect(namesOf([item('git', 'status', 'g')])).toEqual({ 'git/status': 'g__status' });
  });

  it('tells two of one name apart by their servers, and says so', () => {
    const { exposed, warnings } = exposeNames([item('github', 'search'), item('notion', 'search')], {
      reserved: new Set(),
    });
    expect(exposed.map((one) => one.exposed)).toEqual(['github__search', 'notion__search']);
    expect(warnings).toEqual([
      'search of github is called github__search: another server has one of that name.',
      'search of notion is called notion__search: another server has one of that name.',
    ]);
  });

  it('does not give away a name of the gateway', () => {
    expect(namesOf([item('evil', 'gateway-status')], ['gateway-status'])).toEqual({
      'evil/gateway-status': 'evil__gateway-status',
    });
  });

  it('writes dots and slashes as clients accept them', () => {
    expect(namesOf([item('a', 'files.read/all')])).toEqual({ 'a/files.read/all': 'files_read_all' });
  });

  it('keeps the name of one server that reads like another one with its server before it', () => {
    expect(namesOf([item('a', 'b__c'), item('b', 'c'), item('d', 'c')])['a/b__c']).toBe('b__c');
  });

  const anItem = fc.record({
    server: fc.constantFrom('a', 'b', 'a.b', 'server-with-a-rather-long-name-that-takes-much-room-of-the-64'),
    prefix: fc.constantFrom(undefined, undefined, 'p', 'a'),
    name: fc.oneof(fc.constantFrom('x', 'y', 'a__x', 'b__x', 'x.y', 'x/y', 'x_y', ''), fc.string({ maxLength: 90 })),
  });

  it('gives each its own name that clients accept, whatever servers call their tools', () => {
    fc.assert(
      fc.property(fc.array(anItem, { maxLength: 40 }), fc.array(fc.constantFrom('x', 'y', 'a__x')), (items, taken) => {
        const { exposed } = exposeNames(items, { reserved: new Set(taken) });
        const names = exposed.map((one) => one.exposed);
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(clientNamePattern);
        for (const name of taken) expect(names).not.toContain(name);
        expect(exposed.length).toBe(new Set(items.map(({ server, name }) => `${server}\n${name}`)).size);
      }),
      { numRuns: 500 },
    );
  });

  it('does not hang on the order in which servers came up', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(anItem, { selector: ({ server, name }) => `${server}\n${name}`, maxLength: 20 }),
        (items) => {
          expect(namesOf(items.toReversed())).toEqual(namesOf(items));
        },
      ),
      { numRuns: 300 },
    );
  });
});
