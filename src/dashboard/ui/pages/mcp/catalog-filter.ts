import type { McpCatalogEntry } from '#contract';

/** What somebody looks for in the catalogues; empty texts are anything. */
export interface Wish {
  readonly words: string;
  readonly catalog: string;
  readonly type: string;
  readonly category: string;
  readonly tag: string;
  readonly needs: string;
}

export const anything: Wish = { words: '', catalog: '', type: '', category: '', tag: '', needs: '' };

/** Servers that fit, best first: those whose name has the words before those that only speak of them. */
export function wanted(servers: readonly McpCatalogEntry[], wish: Wish): readonly McpCatalogEntry[] {
  const words = wish.words
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  return servers
    .filter((server) => fits(server, wish))
    .map((server) => ({ server, rank: rankOf(server, words) }))
    .filter(({ rank }) => rank >= 0)
    .toSorted((one, other) => one.rank - other.rank || titleOf(one.server).localeCompare(titleOf(other.server)))
    .map(({ server }) => server);
}

export function titleOf({ title, name }: Pick<McpCatalogEntry, 'title' | 'name'>): string {
  return title === undefined || title === '' ? name : title;
}

function fits({ ref, type, category, tags, needs }: McpCatalogEntry, wish: Wish): boolean {
  const needed = needs.secrets.length + needs.config.length + needs.oauth.length > 0;
  return (
    (wish.catalog === '' || wish.catalog === ref) &&
    (wish.type === '' || (wish.type === 'remote') === (type === 'remote')) &&
    (wish.category === '' || wish.category === category) &&
    (wish.tag === '' || tags.includes(wish.tag)) &&
    (wish.needs === '' || (wish.needs === 'something') === needed)
  );
}

/** -1 where a word is missing; 0 where all are in the name. */
function rankOf(server: McpCatalogEntry, words: readonly string[]): number {
  const name = `${server.name} ${server.title ?? ''}`.toLowerCase();
  const rest = [server.description, server.publisher, server.category, ...server.tags, server.runs]
    .join(' ')
    .toLowerCase();
  let rank = 0;
  for (const word of words) {
    if (name.includes(word)) continue;
    if (!rest.includes(word)) return -1;
    rank += 1;
  }
  return rank;
}

/** Categories and tags with how many servers have them, the most used first. */
export function namesIn(
  servers: readonly McpCatalogEntry[],
  of: 'category' | 'tags',
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const server of servers) {
    const names = of === 'tags' ? new Set(server.tags) : server.category === undefined ? [] : [server.category];
    for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return [...counts].toSorted(([one, a], [other, b]) => b - a || one.localeCompare(other));
}
