import fc from 'fast-check';
import { expect, it } from 'vitest';
import { grouped, type TableItem } from './group-rows.ts';

interface One {
  readonly id: number;
  readonly group: string | undefined;
}
const group = fc.option(fc.constantFrom('b', 'a', 'toString', '__proto__'), { nil: undefined });
const rows = fc.array(group).map((groups): One[] => groups.map((of, id) => ({ id, group: of })));
const text = (items: readonly TableItem<One>[]): string =>
  items.map((item) => ('row' in item ? item.row.id : `${item.group.key}${item.group.rows.length}`)).join(' ');

it('every row is there once: below its group where that is open, and in its order', () => {
  fc.assert(
    fc.property(rows, fc.array(fc.constantFrom<string>('a', 'toString')), (all, closed) => {
      const items = grouped(all, { of: (one) => one.group, closed: new Set(closed) });
      let [open, seen]: [string | undefined, string[]] = [undefined, []];
      const ids = new Map<string | undefined, number[]>();
      for (const item of items) {
        if ('group' in item) {
          open = item.group.key;
          seen.push(open);
          expect(item.group.isOpen).toBe(!closed.includes(open));
          expect(item.group.rows).toEqual(all.filter((one) => one.group === open));
        } else {
          if (item.row.group !== undefined) expect(item.row.group).toBe(open);
          ids.set(item.row.group, [...(ids.get(item.row.group) ?? []), item.row.id]);
        }
      }
      expect(seen).toEqual([...new Set(seen)].toSorted());
      for (const one of new Set(all.map(({ group: of }) => of))) {
        const wanted =
          one !== undefined && closed.includes(one) ? [] : all.flatMap((row) => (row.group === one ? [row.id] : []));
        expect(ids.get(one) ?? []).toEqual(wanted);
      }
    }),
  );
});

it('what belongs to none comes last, and without a rule there are rows alone', () => {
  const all = [
    { id: 1, group: undefined },
    { id: 2, group: 'b' },
    { id: 3, group: 'a' },
    { id: 4, group: 'b' },
  ];
  expect(text(grouped(all, { of: (one) => one.group, closed: new Set(['a']) }))).toBe('a1 b2 2 4 1');
  expect(text(grouped(all, undefined))).toBe('1 2 3 4');
});
