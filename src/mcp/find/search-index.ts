import { tokensOf } from './tokens.ts';

/** What servers are found by, each part counted by its weight (contract mcp-toolkit §3.12). */
export interface Findable {
  /** What it is called in answers, where that is not its name. */
  readonly key?: string | undefined;
  readonly name: string;
  readonly title: string | undefined;
  readonly description: string | undefined;
  readonly tools: readonly { readonly name: string; readonly description: string | undefined }[];
}

export interface Match {
  /** The key, or the name of a server that has none. */
  readonly name: string;
  readonly score: number;
}

/** An index over servers that is kept up to date one by one. */
export interface SearchIndex {
  /** Takes the place of one with the same key. */
  put(server: Findable): void;
  remove(name: string): void;
  /** Best first; the same question of the same servers gives the same answer. */
  search(query: string): readonly Match[];
}

const weights = { name: 4, title: 3, tool: 2, description: 1 };
const saturation = 1.5;
const lengthWeight = 0.75;

interface Indexed {
  readonly frequencies: ReadonlyMap<string, number>;
  readonly length: number;
}

/** Okapi BM25 over weighted words. */
export function createSearchIndex(): SearchIndex {
  const servers = new Map<string, Indexed>();
  /** Names of the servers that have a word. */
  const having = new Map<string, Set<string>>();
  let totalLength = 0;

  function remove(name: string): void {
    const indexed = servers.get(name);
    if (indexed === undefined) return;
    servers.delete(name);
    totalLength -= indexed.length;
    for (const token of indexed.frequencies.keys()) {
      const names = having.get(token);
      names?.delete(name);
      if (names?.size === 0) having.delete(token);
    }
  }

  return {
    put(server) {
      const key = server.key ?? server.name;
      remove(key);
      const indexed = indexOf(server);
      servers.set(key, indexed);
      totalLength += indexed.length;
      for (const token of indexed.frequencies.keys()) {
        const names = having.get(token) ?? new Set();
        having.set(token, names.add(key));
      }
    },
    remove,
    search(query) {
      const averageLength = servers.size === 0 ? 1 : totalLength / servers.size;
      const scores = new Map<string, number>();
      for (const token of new Set(tokensOf(query))) {
        const names = having.get(token) ?? new Set();
        const rarity = Math.log(1 + (servers.size - names.size + 0.5) / (names.size + 0.5));
        for (const name of names) {
          const { frequencies, length } = servers.get(name) ?? { frequencies: new Map<string, number>(), length: 0 };
          const frequency = frequencies.get(token) ?? 0;
          const norm = saturation * (1 - lengthWeight + (lengthWeight * length) / averageLength);
          const gain = (rarity * frequency * (saturation + 1)) / (frequency + norm);
          scores.set(name, (scores.get(name) ?? 0) + gain);
        }
      }
      return [...scores]
        .map(([name, score]) => ({ name, score }))
        .toSorted((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
    },
  };
}

function indexOf({ name, title, description, tools }: Findable): Indexed {
  const frequencies = new Map<string, number>();
  let length = 0;
  const count = (text: string | undefined, weight: number): void => {
    for (const token of tokensOf(text ?? '')) {
      frequencies.set(token, (frequencies.get(token) ?? 0) + weight);
      length += weight;
    }
  };
  count(name, weights.name);
  count(title, weights.title);
  count(description, weights.description);
  for (const tool of tools) {
    count(tool.name, weights.tool);
    count(tool.description, weights.description);
  }
  return { frequencies, length };
}
