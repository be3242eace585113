import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSearchIndex, type Findable } from './search-index.ts';
import { tokensOf } from './tokens.ts';

const server = (name: string, more: Partial<Findable> = {}): Findable => ({
  name,
  title: undefined,
  description: undefined,
  tools: [],
  ...more,
});

function found(servers: readonly Findable[], query: string): readonly string[] {
  const index = createSearchIndex();
  for (const one of servers) index.put(one);
  return index.search(query).map(({ name }) => name);
}

describe('what a text is found by', () => {
  it.each([
    ['GitHub issues', ['github', 'git', 'hub', 'issues']],
    ['get_user-name', ['get', 'user', 'name']],
    ['getUserName2', ['getusername2', 'get', 'user', 'name', '2']],
    ['数据库查询', ['数据', '据库', '库查', '查询']],
    ['查 SQL 表', ['查', 'sql', '表']],
    ['用Redis存数据', ['存数', '数据', '用', 'redis']],
    ['ＡＰＩ Café', ['api', 'café']],
    ['', []],
    ['—!?', []],
  ])('%j', (text, tokens) => {
    expect([...tokensOf(text)].toSorted()).toEqual([...tokens].toSorted());
  });
});

describe('the search for servers', () => {
  const servers = [
    server('postgres', {
      title: 'PostgreSQL',
      description: 'Queries a database with SQL',
      tools: [{ name: 'query', description: 'Runs SQL' }],
    }),
    server('redis', { description: 'Key-value database; caches' }),
    server('mysql-reader', { title: '数据库查询', description: '读取 MySQL 数据库' }),
    server('weather', {
      description: 'Forecasts. Not for databases.',
      tools: [{ name: 'get_forecast', description: undefined }],
    }),
  ];

  it('puts a name before a title, a title before tools, and tools before descriptions', () => {
    const same = [
      server('d', { description: 'zebra' }),
      server('c', { tools: [{ name: 'zebra', description: undefined }] }),
      server('b', { title: 'zebra' }),
      server('zebra'),
    ];
    expect(found(same, 'zebra')).toEqual(['zebra', 'b', 'c', 'd']);
  });

  it.each([
    ['SQL query', 'postgres'],
    ['postgres', 'postgres'],
    ['forecast', 'weather'],
    ['数据库', 'mysql-reader'],
    ['查询 mysql', 'mysql-reader'],
    ['cache caches', 'redis'],
  ])('finds for %j first %s', (query, name) => {
    expect(found(servers, query)[0]).toBe(name);
  });

  it('finds nothing for what is nowhere, and for nothing', () => {
    expect(found(servers, 'zebra')).toEqual([]);
    expect(found(servers, ' ')).toEqual([]);
  });

  it('answers as if built anew after any changes', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const text = fc.constantFrom('sql', 'web search', 'files', 'sql files', '数据库', '');
    const change = fc.oneof(fc.record({ put: name, description: text, title: text }), fc.record({ remove: name }));
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), text, (changes, query) => {
        const index = createSearchIndex();
        const present = new Map<string, Findable>();
        for (const one of changes) {
          if ('put' in one) {
            const made = server(one.put, one);
            index.put(made);
            present.set(made.name, made);
          } else {
            index.remove(one.remove);
            present.delete(one.remove);
          }
        }
        const anew = createSearchIndex();
        for (const one of [...present.values()].toReversed()) anew.put(one);
        const rounded = (matches: ReturnType<typeof index.search>) =>
          matches.map((match) => [match.name, match.score.toFixed(9)]);
        expect(rounded(index.search(query))).toEqual(rounded(anew.search(query)));
      }),
    );
  });
});
