/** A search through earlier messages while it goes on. */
export interface HistorySearch {
  readonly query: string;
  /** Place in the entries of what was found; undefined when there is nothing. */
  readonly at: number | undefined;
  /** What stood in the line before. */
  readonly typed: string;
}

export type SearchEnd = {
  /** What the line becomes. */
  readonly line: string;
  /** Keys for the editor: the one that ended the search and those after it. */
  readonly keys: string;
};

export const searchKey = '\u0012';

const keysThat = {
  goBack: searchKey,
  goForward: '\u0013',
  erase: ['\u007F', '\b'],
  cancel: ['\u0003', '\u0007'],
  escape: '\u001B',
} as const;

export function beginSearch(typed: string): HistorySearch {
  return { query: '', at: undefined, typed };
}

/** Takes keys, the entries being newest first, and says where the search is then, or how it ended. */
export function searchWith(
  begun: HistorySearch,
  keys: string,
  entries: readonly string[],
): { readonly search: HistorySearch } | { readonly end: SearchEnd } {
  let search = begun;
  let left = keys;
  while (left !== '') {
    const key = String.fromCodePoint(left.codePointAt(0) ?? 0);
    if (includes(keysThat.cancel, key)) return { end: { line: search.typed, keys: left.slice(key.length) } };
    if (key === keysThat.escape) {
      return { end: { line: foundBy(search, entries), keys: left === keysThat.escape ? '' : left } };
    }
    const next = press(search, key, entries);
    if (next === undefined) return { end: { line: foundBy(search, entries), keys: left } };
    search = next;
    left = left.slice(key.length);
  }
  return { search };
}

/** What the line shows: what was found, or what was there before. */
export function foundBy({ at, typed }: HistorySearch, entries: readonly string[]): string {
  return (at === undefined ? undefined : entries[at]) ?? typed;
}

/** Undefined for a key that is none of the search's. */
function press(search: HistorySearch, key: string, entries: readonly string[]): HistorySearch | undefined {
  const { query, at } = search;
  if (key === keysThat.goBack || key === keysThat.goForward) {
    const step = key === keysThat.goBack ? 1 : -1;
    const shown = foundBy(search, entries);
    const next = find({ query, from: (at ?? -1) + step, step, not: shown }, entries);
    return at === undefined || next === undefined ? search : { ...search, at: next };
  }
  if (includes(keysThat.erase, key)) {
    const shorter = query.replace(/.$/su, '');
    return { ...search, query: shorter, at: find({ query: shorter, from: 0, step: 1 }, entries) };
  }
  if (/\p{Cc}/u.test(key)) return undefined;
  const longer = query + key;
  return { ...search, query: longer, at: find({ query: longer, from: at ?? 0, step: 1 }, entries) };
}

interface Wanted {
  readonly query: string;
  readonly from: number;
  readonly step: 1 | -1;
  /** Found already: the same message again says nothing new. */
  readonly not?: string | undefined;
}

function find({ query, from, step, not }: Wanted, entries: readonly string[]): number | undefined {
  if (query === '') return undefined;
  const wanted = query.toLowerCase();
  for (let at = from; at >= 0 && at < entries.length; at += step) {
    const entry = entries[at];
    if (entry !== undefined && entry !== not && entry.toLowerCase().includes(wanted)) return at;
  }
  return undefined;
}

function includes(keys: readonly string[], key: string): boolean {
  return keys.includes(key);
}
