import type { ReactNode } from 'react';

export interface Column<T> {
  readonly id: string;
  readonly header: ReactNode;
  readonly cell: (row: T) => ReactNode;
  /** What it is ordered by and, as text, filtered by. Without it the column is neither. */
  readonly value?: ((row: T) => string | number | boolean | undefined) | undefined;
  readonly align?: 'left' | 'right' | 'center' | undefined;
}

export interface Order {
  readonly column: string;
  readonly direction: 'asc' | 'desc';
}

/** The rows that have every word of the filter somewhere, in the order wanted. What has no value comes last either way. */
export function arrange<T>(
  rows: readonly T[],
  { columns, filter, order }: { columns: readonly Column<T>[]; filter: string; order: Order | undefined },
): readonly T[] {
  const words = filter.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const matching =
    words.length === 0
      ? rows
      : rows.filter((row) => {
          const text = columns.map(({ value }) => String(value?.(row) ?? '').toLocaleLowerCase()).join('\n');
          return words.every((word) => text.includes(word));
        });
  const by = columns.find(({ id }) => id === order?.column)?.value;
  if (!by || !order) return matching;
  const sign = order.direction === 'asc' ? 1 : -1;
  return matching.toSorted((one, other) => {
    const [a, b] = [by(one), by(other)];
    if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
  });
}

const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
