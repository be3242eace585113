/** Rows that belong together. */
export interface RowGroup<T> {
  readonly key: string;
  readonly rows: readonly T[];
  readonly isOpen: boolean;
}

export type TableItem<T> = { readonly group: RowGroup<T> } | { readonly row: T };

export interface GroupRule<T> {
  /** Undefined: it stands for itself. */
  readonly of: (row: T) => string | undefined;
  readonly closed: ReadonlySet<string>;
}

/** Groups by name, each with its rows where it is open, then what belongs to none; rows keep their order. */
export function grouped<T>(rows: readonly T[], rule: GroupRule<T> | undefined): readonly TableItem<T>[] {
  if (!rule) return rows.map((row) => ({ row }));
  const groups = new Map<string, T[]>();
  const alone: T[] = [];
  for (const row of rows) {
    const key = rule.of(row);
    if (key === undefined) alone.push(row);
    else if (groups.get(key)?.push(row) === undefined) groups.set(key, [row]);
  }
  const items: TableItem<T>[] = [];
  for (const [key, members] of [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const isOpen = !rule.closed.has(key);
    items.push({ group: { key, rows: members, isOpen } });
    if (isOpen) for (const row of members) items.push({ row });
  }
  for (const row of alone) items.push({ row });
  return items;
}
