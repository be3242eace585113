import { describe, expect, it } from 'vitest';
import type { Column } from './arrange-rows.ts';
import { chosenColumns, readChoice } from './chosen-columns.ts';

const column = (id: string, more: Partial<Column<string>> = {}): Column<string> => ({
  id,
  header: id,
  cell: () => '',
  ...more,
});
const all = [column('name'), column('size', { from: 'wide' }), column('id', { isExtra: true }), column('actions')];
const names = (columns: readonly Column<string>[]): readonly string[] => columns.map(({ id }) => id);

describe('columns of a table', () => {
  it('are all but the extra ones until somebody chooses', () => {
    expect(names(chosenColumns(all, undefined))).toEqual(['name', 'size', 'actions']);
  });

  it('are the same object while there is nothing to leave out, so that rows are not made again', () => {
    const plain = [column('name'), column('actions')];
    expect(chosenColumns(plain, undefined)).toBe(plain);
  });

  it('are those that were chosen, in their own order, at any width; the first and the actions always', () => {
    const chosen = chosenColumns(all, ['id', 'size', 'long gone']);
    expect(names(chosen)).toEqual(['name', 'size', 'id', 'actions']);
    expect(chosen.map(({ from }) => from)).toEqual([undefined, undefined, undefined, undefined]);
    expect(names(chosenColumns(all, []))).toEqual(['name', 'actions']);
  });

  it('are not chosen by what is kept damaged', () => {
    expect(readChoice('["size"]')).toEqual(['size']);
    for (const text of [null, '', '{', '{"size":1}', '[1]', '"size"']) expect(readChoice(text)).toBe(undefined);
  });
});
