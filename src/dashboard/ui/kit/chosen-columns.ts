import type { Column } from './arrange-rows.ts';

/** Of all columns those that were chosen; without a choice all but the extra ones. Names of columns that are no more are left out. */
export function chosenColumns<T>(
  all: readonly Column<T>[],
  chosen: readonly string[] | undefined,
): readonly Column<T>[] {
  if (!chosen) return all.some(({ isExtra }) => isExtra) ? all.filter(({ isExtra }) => !isExtra) : all;
  // Who chose a column wants it however narrow the table is.
  return all
    .filter((column, at) => isFixed(column, at) || chosen.includes(column.id))
    .map((column) => ({ ...column, from: undefined }));
}

/** What each row is known by, and what is done with it, cannot be chosen away. */
export function isFixed({ id }: Pick<Column<never>, 'id'>, at: number): boolean {
  return at === 0 || id === 'actions';
}

/** What was kept; anything else is no choice. */
export function readChoice(text: string | null): readonly string[] | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((one) => typeof one === 'string') ? value : undefined;
  } catch {
    return undefined;
  }
}
