import { describe, expect, it } from 'vitest';
import { finder, ordered, type Column } from './arrange-rows.ts';

interface Row {
  readonly name: string;
  readonly size: number | undefined;
}

const columns: readonly Column<Row>[] = [
  { id: 'name', header: 'Name', cell: ({ name }) => name, value: ({ name }) => name },
  { id: 'size', header: 'Size', cell: ({ size }) => size, value: ({ size }) => size },
  { id: 'actions', header: '', cell: () => 'remove' },
];
const rows: readonly Row[] = [
  { name: 'b10', size: 3 },
  { name: 'B2', size: undefined },
  { name: 'a', size: 20 },
];
const names = (given: { filter?: string; order?: 'asc' | 'desc'; by?: string }): readonly string[] =>
  finder(
    ordered(rows, { columns, order: given.order && { column: given.by ?? 'name', direction: given.order } }),
    columns,
  )(given.filter ?? '').map(({ name }) => name);

describe('rows of a table', () => {
  it('stay as they come when nothing is asked', () => {
    expect(names({})).toEqual(['b10', 'B2', 'a']);
  });

  it('are ordered as people do: without case, numbers by their size', () => {
    expect(names({ order: 'asc' })).toEqual(['a', 'B2', 'b10']);
    expect(names({ order: 'desc' })).toEqual(['b10', 'B2', 'a']);
  });

  it('have those without a value last, whichever way', () => {
    expect(names({ by: 'size', order: 'asc' })).toEqual(['b10', 'a', 'B2']);
    expect(names({ by: 'size', order: 'desc' })).toEqual(['a', 'b10', 'B2']);
  });

  it('are found by words anywhere in their values, not in their buttons', () => {
    expect(names({ filter: ' 20  A' })).toEqual(['a']);
    expect(names({ filter: 'b' })).toEqual(['b10', 'B2']);
    expect(names({ filter: 'remove' })).toEqual([]);
  });
});
