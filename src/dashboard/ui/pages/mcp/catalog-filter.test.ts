import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { McpCatalogEntry } from '#contract';
import { anything, namesIn, wanted } from './catalog-filter.ts';

const entry = (name: string, more: Partial<McpCatalogEntry> = {}): McpCatalogEntry => ({
  name,
  ref: 'mine:latest',
  type: 'server',
  tags: [],
  tools: 0,
  runs: `container mcp/${name}`,
  network: 'open',
  needs: { secrets: [], config: [], oauth: [] },
  broken: [],
  ...more,
});
const servers = [
  entry('clock', { description: 'Tells the time in cities', tags: ['time'], category: 'clocks' }),
  entry('time', { title: 'Time', tags: ['time', 'zones'], needs: { secrets: ['k'], config: [], oauth: [] } }),
  entry('mail', { type: 'remote', ref: 'other:latest', category: 'mail', publisher: 'Timely' }),
];
const names = (wish: Partial<typeof anything>): readonly string[] =>
  wanted(servers, { ...anything, ...wish }).map(({ name }) => name);

describe('looking through catalogues', () => {
  it('finds all words wherever they stand, names first', () => {
    expect(names({ words: 'TIME' })).toEqual(['time', 'clock', 'mail']);
    expect(names({ words: 'time cities' })).toEqual(['clock']);
    expect(names({ words: 'time absent' })).toEqual([]);
  });

  it('keeps to kind, category, tag, catalogue and needs together', () => {
    expect(names({ type: 'remote' })).toEqual(['mail']);
    expect(names({ type: 'local' })).toEqual(['clock', 'time']);
    expect(names({ tag: 'time', needs: 'nothing' })).toEqual(['clock']);
    expect(names({ catalog: 'other:latest', category: 'clocks' })).toEqual([]);
  });

  it('counts categories and tags', () => {
    expect(namesIn(servers, 'tags')).toEqual([
      ['time', 2],
      ['zones', 1],
    ]);
    expect(namesIn(servers, 'category').map(([name]) => name)).toEqual(['clocks', 'mail']);
  });

  it('invents nothing and loses nothing without a wish', () => {
    fc.assert(
      fc.property(fc.string(), (words) => {
        const found = names({ words });
        expect(servers.map(({ name }) => name)).toEqual(expect.arrayContaining([...found]));
        if (words.trim() === '') expect(found).toHaveLength(servers.length);
      }),
    );
  });
});
