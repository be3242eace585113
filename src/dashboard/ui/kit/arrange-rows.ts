import type { ReactNode } from 'react';

export interface Column<T> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (row: T) => ReactNode;
  /** What it is ordered by and, as text, filtered by. Without it the column is neither. */
  readonly value?: ((row: T) => string | number | boolean | undefined) | undefined;
  readonly align?: 'left' | 'right' | 'center' | undefined;
  /** Left out by itself where the table is narrower than this; a card, which narrow screens have in place of a row, shows it. */
  readonly from?: 'medium' | 'wide' | undefined;
  /** Not shown until somebody chooses it, in a table with a `choice`. */
  readonly isExtra?: boolean | undefined;
}

export interface Order {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

/** The rows in the order wanted. What has no value comes last either way. */
export function ordered<T>(
  rows: readonly T[],
  { columns, order }: { readonly columns: readonly Column<T>[]; readonly order: Order | undefined },
): readonly T[] {
  const by = columns.find(({ id }) => id === order?.column)?.value;
  if (!by || !order) return rows;
  const sign = order.direction === 'asc' ? 1 : -1;
  return rows.toSorted((one, other) => {
    const [a, b] = [by(one), by(other)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
  });
}

/** Finds the rows that have every word of a filter somewhere. Their texts are made once, with the first filter. */
export function finder<T>(rows: readonly T[], columns: readonly Column<T>[]): (filter: string) => readonly T[] {
  let texts: readonly string[] | undefined;
  return (filter) => {
    const words = filter.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    if (words.length === 0) return rows;
    const known = (texts ??= rows.map((row) =>
      columns.map(({ value }) => String(value?.(row) ?? '').toLocaleLowerCase()).join('\n'),
    ));
    return rows.filter((_row, at) => words.every((word) => known[at]?.includes(word)));
  };
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
