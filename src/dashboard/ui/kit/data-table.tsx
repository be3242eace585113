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
import { memo, useDeferredValue, useMemo, useRef, useState, type ReactNode } from 'react';
import { useKitText } from './errors.ts';
import { arrange, type Column, type Order } from './arrange-rows.ts';

export interface DataTableProps<T> {
  readonly label: string;
  readonly rows: readonly T[];
  readonly columns: readonly Column<T>[];
  readonly rowKey: (row: T) => string;
  /** Shown when there are no rows at all. */
  readonly empty: ReactNode;
  /** First order. */
  readonly order?: Order | undefined;
  /** More beside the filter. */
  readonly toolbar?: ReactNode;
}

const virtualFrom = 50;
const rowHeightPx = 49;

/** Rows with a filter over all columns and an order by any. From fifty rows on only those in sight exist. */
export function DataTable<T>(props: DataTableProps<T>): ReactNode {
  const { label, rows, columns, rowKey, empty, toolbar } = props;
  const t = useKitText();
  const [filter, setFilter] = useState('');
  const [order, setOrder] = useState<Order | undefined>(props.order);
  const wanted = useDeferredValue(filter);
  const shown = useMemo(() => arrange(rows, { columns, filter: wanted, order }), [rows, columns, wanted, order]);
  const box = useRef<HTMLDivElement>(null);
  const isVirtual = shown.length > virtualFrom;
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeightPx,
    overscan: 10,
    enabled: isVirtual,
  });
  if (rows.length === 0) return empty;
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0], items.at(-1)];
  const visible = isVirtual ? shown.slice(first?.index ?? 0, (last?.index ?? 0) + 1) : shown;
  const above = isVirtual ? (first?.start ?? 0) : 0;
  const below = isVirtual ? virtual.getTotalSize() - (last?.end ?? 0) : 0;
  return (
    <Stack spacing={1.5}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <TextField
          size="small"
          type="search"
          label={t.filter}
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
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
        <Typography variant="body2" color="text.secondary" role="status">
          {t.rows(shown.length, rows.length)}
        </Typography>
        <Box sx={{ flex: 1 }} />
        {toolbar}
      </Box>
      <TableContainer
        ref={box}
        tabIndex={0}
        role="region"
        aria-label={label}
        sx={{ border: 1, borderColor: 'divider', borderRadius: 1, ...(isVirtual && { maxHeight: '70vh' }) }}
      >
        <Table size="small" stickyHeader aria-label={label} aria-rowcount={shown.length + 1}>
          <TableHead>
            <TableRow>
              {columns.map(({ id, header, value, align = 'left' }) => (
                <TableCell
                  key={id}
                  align={align}
                  sortDirection={order?.column === id ? order.direction : false}
                  sx={{ px: 1.25, whiteSpace: 'nowrap', fontWeight: 600 }}
                >
                  {value ? (
                    <TableSortLabel
                      active={order?.column === id}
                      direction={order?.column === id ? order.direction : 'asc'}
                      onClick={() => setOrder((before) => turned(before, id))}
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
          <TableBody>
            {above > 0 && <Spacer height={above} columns={columns.length} />}
            {visible.map((row) => (
              <Row key={rowKey(row)} row={row} columns={columns} />
            ))}
            {below > 0 && <Spacer height={below} columns={columns.length} />}
          </TableBody>
        </Table>
        {shown.length === 0 && (
          <Typography color="text.secondary" sx={{ p: 3, textAlign: 'center' }}>
            {t.noMatch}
          </Typography>
        )}
      </TableContainer>
    </Stack>
  );
}

function turned(before: Order | undefined, column: string): Order {
  return { column, direction: before?.column === column && before.direction === 'asc' ? 'desc' : 'asc' };
}

interface RowProps<T> {
  readonly row: T;
  readonly columns: readonly Column<T>[];
}

function PlainRow<T>({ row, columns }: RowProps<T>): ReactNode {
  return (
    <TableRow hover>
      {columns.map(({ id, cell, align = 'left' }) => (
        <TableCell key={id} align={align} sx={{ px: 1.25 }}>
          {cell(row)}
        </TableCell>
      ))}
    </TableRow>
  );
}

/** A row that stays is not made again while somebody types in the filter. */
const Row = memo(PlainRow) as typeof PlainRow;

function Spacer({ height, columns }: { readonly height: number; readonly columns: number }): ReactNode {
  return (
    <TableRow aria-hidden>
      <TableCell colSpan={columns} sx={{ p: 0, border: 0 }} style={{ height }} />
    </TableRow>
  );
}
