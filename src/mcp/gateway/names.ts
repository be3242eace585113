import { createHash } from 'node:crypto';

/** Something with a name of its own at one server. */
export interface NamedItem {
  readonly server: string;
  /** What the user wants before its name. */
  readonly prefix: string | undefined;
  readonly name: string;
}

export interface NamedExposure<Item extends NamedItem = NamedItem> {
  readonly item: Item;
  /** What clients see. */
  readonly exposed: string;
}

export interface Exposures<Item extends NamedItem = NamedItem> {
  readonly exposed: readonly NamedExposure<Item>[];
  /** What was renamed although nobody asked, one sentence each. */
  readonly warnings: readonly string[];
}

/** What clients and models accept as the name of a tool. */
export const clientNamePattern = /^[A-Za-z0-9_-]{1,64}$/;
const longest = 64;

/**
 * Gives each item a name that no other has: its own where that is free, else one with the server's name before it. The answer
 * depends on what there is, never on the order in which servers came up, so names stay as they were after a restart.
 */
export function exposeNames<Item extends NamedItem>(
  items: readonly Item[],
  { reserved }: { readonly reserved: ReadonlySet<string> },
): Exposures<Item> {
  const wanted = unique(items).map((item) => ({ item, name: fit(wantedName(item), item) }));
  const askers = new Map<string, number>();
  for (const { name } of wanted) askers.set(name, (askers.get(name) ?? 0) + 1);
  const isFree = (name: string): boolean => askers.get(name) === 1 && !reserved.has(name);

  const taken = new Set<string>([...reserved, ...wanted.map(({ name }) => name)]);
  const warnings: string[] = [];
  const exposed: NamedExposure<Item>[] = [];
  for (const { item, name } of wanted) {
    if (isFree(name)) {
      exposed.push({ item, exposed: name });
      if (name !== wantedName(item)) warnings.push(renamed(item, { name, why: 'clients do not accept that name' }));
      continue;
    }
    let next = fit(`${item.server}__${item.name}`, item);
    for (let round = 0; taken.has(next); round += 1) next = withTail(next, item, round);
    taken.add(next);
    exposed.push({ item, exposed: next });
    const why = reserved.has(name) ? 'the gateway has one of that name' : 'another server has one of that name';
    warnings.push(renamed(item, { name: next, why }));
  }
  return { exposed, warnings };
}

function wantedName({ prefix, name }: NamedItem): string {
  return prefix === undefined || prefix === '' ? name : `${prefix}__${name}`;
}

/** A name that clients accept; one that had to be changed carries a tail that tells it from its neighbours. */
function fit(name: string, item: NamedItem): string {
  if (clientNamePattern.test(name)) return name;
  const clean = name.replaceAll(/[^A-Za-z0-9_-]/g, '_');
  return clean.length <= longest && clean !== '' && isPlainChange(name) ? clean : withTail(clean, item);
}

/** Dots and slashes are common in names; they alone need no tail. */
function isPlainChange(name: string): boolean {
  return /^[A-Za-z0-9_./:-]+$/.test(name);
}

function withTail(name: string, { server, name: own }: NamedItem, round = 0): string {
  const tail = createHash('sha256').update(`${server}\n${own}\n${round}`).digest('hex').slice(0, 10);
  return `${name.slice(0, longest - tail.length - 1)}_${tail}`;
}

/** By server and name, so that the outcome does not hang on order; what one server lists twice counts once. */
function unique<Item extends NamedItem>(items: readonly Item[]): readonly Item[] {
  const seen = new Map<string, Item>();
  for (const item of items) {
    const key = `${item.server}\n${item.name}`;
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function renamed({ server, name }: NamedItem, { name: now, why }: { name: string; why: string }): string {
  return `${name.slice(0, 200)} of ${server} is called ${now}: ${why}.`;
}
