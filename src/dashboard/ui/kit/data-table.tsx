import {
  Box,
  InputAdornment,
  Stack,
  Table,
  TableBody,
  TableCell,
  TableContainer,
  TableHead,
  TableRow,
  TableSortLabel,
  TextField,
  Typography,
} from '@mui/material';
import { useVirtualizer } from '@tanstack/react-virtual';
import { Search } from 'lucide-react';
import { memo, startTransition, useMemo, useRef, useState, type ReactNode } from 'react';
import { finder, ordered, type Column, type Order } from './arrange-rows.ts';
import { ColumnMenu, useChosenColumns } from './column-menu.tsx';
import { useKitText } from './errors.ts';
import { grouped, type GroupRule, type RowGroup, type TableItem } from './group-rows.ts';
import { tableStyles } from './table-styles.ts';

export interface DataTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  /** Shown when there are no rows at all. */
  readonly empty: ReactNode;
  /** First order. */
  readonly order?: Order | undefined;
  /** What the filter begins with. */
  readonly find?: string | undefined;
  /** More beside the filter. */
  readonly toolbar?: ReactNode;
  /** Name under which this browser keeps which columns are shown; without it they are not chosen. */
  readonly choice?: string | undefined;
  /** Puts rows below heads of their own; a filter opens all of them. */
  readonly groups?: Groups<T> | undefined;
}

export interface Groups<T> extends GroupRule<T> {
  readonly head: (group: RowGroup<T>) => ReactNode;
}

const nothingClosed: ReadonlySet<string> = new Set();
const virtualFrom = 50;
const rowHeightPx = 49;
/** What is made beside what is in sight: each row costs time with each key of the filter. */
const beyondRows = 3;

/**
 * Rows with a filter over all columns and an order by any. Of more than fifty rows only those in sight exist. The column `actions` stays
 * in sight however wide the rest is, and where there is no room for columns each row is a card.
 */
export function DataTable<T>(props: DataTableProps<T>): ReactNode {
  const { label, rows, columns: all, rowKey, empty, find: first = '', toolbar, choice, groups } = props;
  const t = useKitText();
  const chosen = useChosenColumns(choice, all);
  const { columns } = chosen;
  const [filter, setFilter] = useState(first);
  const [order, setOrder] = useState<Order | undefined>(props.order);
  const find = useMemo(() => finder(ordered(rows, { columns: all, order }), all), [rows, all, order]);
  const shown = useMemo(() => find(filter), [find, filter]);
  const items = useMemo(
    () => grouped(shown, groups && (filter === '' ? groups : { ...groups, closed: nothingClosed })),
    [shown, groups, filter],
  );
  if (rows.length === 0) return empty;
  return (
    <Stack spacing={1.5}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <Filter first={first} onChange={setFilter} />
        <Typography variant="body2" color="text.secondary" role="status">
          {t.rows(shown.length, rows.length)}
        </Typography>
        <Box sx={{ flex: 1 }} />
        {toolbar}
        {choice !== undefined && <ColumnMenu all={all} {...chosen} />}
      </Box>
      <Rows
        label={label}
        shown={items}
        groupHead={groups?.head}
        // By all rows: when the filter leaves fifty, they are not all made at once.
        isVirtual={rows.length > virtualFrom}
        columns={columns}
        rowKey={rowKey}
        order={order}
        onOrder={setOrder}
      />
    </Stack>
  );
}

/** What is typed is seen at once, however long the rows take. */
function Filter(props: { readonly first: string; readonly onChange: (filter: string) => void }): ReactNode {
  const { first, onChange } = props;
  const t = useKitText();
  const [text, setText] = useState(first);
  return (
    <TextField
      size="small"
      type="search"
      label={t.filter}
      value={text}
      onChange={({ target: { value } }) => {
        setText(value);
        startTransition(() => onChange(value));
      }}
      slotProps={{
        input: {
          startAdornment: (
            <InputAdornment position="start">
              <Search size={16} />
            </InputAdornment>
          ),
        },
      }}
    />
  );
}

interface RowsProps<T> {
  readonly label: string;
  readonly shown: readonly TableItem<T>[];
  readonly groupHead: Groups<T>['head'] | undefined;
  readonly isVirtual: boolean;
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  readonly order: Order | undefined;
  readonly onOrder: (change: (before: Order | undefined) => Order) => void;
}

function Rows<T>(props: RowsProps<T>): ReactNode {
  const { label, shown, groupHead, isVirtual, columns, rowKey, order, onOrder } = props;
  const t = useKitText();
  const keyOf = (item: TableItem<T>): string => ('row' in item ? rowKey(item.row) : `group ${item.group.key}`);
  const box = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    // Rows that wrap, and cards, are higher than that.
    getItemKey: (at) => (shown[at] === undefined ? at : keyOf(shown[at])),
    overscan: beyondRows,
    enabled: isVirtual,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const from = isVirtual ? (first?.index ?? 0) : 0;
  const visible = isVirtual ? shown.slice(from, (last?.index ?? -1) + 1) : shown;
  const above = isVirtual ? (first?.start ?? 0) : 0;
  const below = isVirtual ? virtual.getTotalSize() - (last?.end ?? 0) : 0;
  return (
    <TableContainer
      ref={box}
      tabIndex={0}
      role="region"
      aria-label={label}
      sx={[tableStyles, isVirtual && { maxHeight: '70vh' }]}
    >
      <Table size="small" stickyHeader aria-label={label} aria-rowcount={shown.length + 1}>
        <Head columns={columns} order={order} onOrder={onOrder} />
        <TableBody>
          {above > 0 && <Spacer height={above} columns={columns.length} />}
          {visible.map((item, at) => {
            const place = { index: from + at + 2, measure: isVirtual ? virtual.measureElement : undefined };
            if ('row' in item) return <Row key={keyOf(item)} row={item.row} columns={columns} {...place} />;
            return (
              <tr key={keyOf(item)} ref={place.measure} aria-rowindex={place.index} data-index={place.index - 2}>
                <th colSpan={columns.length} scope="colgroup" className="group">
                  {groupHead?.(item.group)}
                </th>
              </tr>
            );
          })}
          {below > 0 && <Spacer height={below} columns={columns.length} />}
        </TableBody>
      </Table>
      {shown.length === 0 && (
        <Typography color="text.secondary" sx={{ p: 3, textAlign: 'center' }}>
          {t.noMatch}
        </Typography>
      )}
    </TableContainer>
  );
}

interface HeadProps<T> {
  readonly columns: readonly Column<T>[];
  readonly order: Order | undefined;
  readonly onOrder: (change: (before: Order | undefined) => Order) => void;
}

function PlainHead<T>({ columns, order, onOrder }: HeadProps<T>): ReactNode {
  return (
    <TableHead>
      <TableRow>
        {columns.map(({ id, header, value, align = 'left', from }) => (
          <TableCell
            key={id}
            align={align}
            className={classOf({ id, align, from })}
            sortDirection={order?.column === id ? order.direction : false}
          >
            {value ? (
              <TableSortLabel
                active={order?.column === id}
                direction={order?.column === id ? order.direction : 'asc'}
                onClick={() => onOrder((before) => turned(before, id))}
              >
                {header}
              </TableSortLabel>
            ) : (
              header
            )}
          </TableCell>
        ))}
      </TableRow>
    </TableHead>
  );
}

const Head = memo(PlainHead) as typeof PlainHead;

function turned(before: Order | undefined, column: string): Order {
  return { column, direction: before?.column === column && before.direction === 'asc' ? 'desc' : 'asc' };
}

interface RowProps<T> {
  readonly row: T;
  readonly columns: readonly Column<T>[];
  /** Its place in the whole table, the head being the first. */
  readonly index: number;
  /** Of a virtual table. */
  readonly measure: ((row: HTMLTableRowElement | null) => void) | undefined;
}

function PlainRow<T>({ row, columns, index, measure }: RowProps<T>): ReactNode {
  return (
    <tr ref={measure} aria-rowindex={index} data-index={index - 2}>
      <Cells row={row} columns={columns} />
    </tr>
  );
}

function PlainCells<T>({ row, columns }: Pick<RowProps<T>, 'row' | 'columns'>): ReactNode {
  return columns.map(({ id, header, cell, align, from }) => (
    <td key={id} className={classOf({ id, align, from })} data-label={typeof header === 'string' ? header : undefined}>
      {cell(row)}
    </td>
  ));
}

/** What `tableStyles` knows a column by. */
function classOf({ id, align = 'left', from }: Pick<Column<never>, 'id' | 'align' | 'from'>): string | undefined {
  const names = [align !== 'left' && `to-${align}`, from && `from-${from}`, id === 'actions' && 'is-pinned'];
  return names.filter(Boolean).join(' ') || undefined;
}

/** What stays is not made again while somebody types in the filter, wherever it stands then. */
const Row = memo(PlainRow) as typeof PlainRow;
const Cells = memo(PlainCells) as typeof PlainCells;

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }): ReactNode {
  return (
    <tr aria-hidden>
      <td colSpan={columns} style={{ height }} />
    </tr>
  );
}
