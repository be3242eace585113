import { Box } from '@mui/material';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, type ReactNode } from 'react';
import { staysAtEnd, type ScrollPlace } from './stays-at-end.ts';

export interface VirtualListProps<T> {
  readonly items: readonly T[];
  readonly label: string;
  readonly rowHeight: number;
  readonly height: number | string;
  readonly render: (item: T, index: number) => ReactNode;
  /** Stays at the end until the user leaves it. */
  readonly followEnd?: boolean | undefined;
  /** Brings this row into sight whenever it is another object. */
  readonly reveal?: { readonly index: number } | undefined;
}

/** Any number of rows; only those in sight exist. Rows may be higher than said. */
export function VirtualList<T>(props: VirtualListProps<T>): ReactNode {
  const { items, label, rowHeight, height, render, followEnd = false, reveal } = props;
  const box = useRef<HTMLDivElement>(null);
  const atEnd = useRef(true);
  const last = useRef<ScrollPlace>({ top: 0, height: 0 });
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  });
  useEffect(() => {
    if (followEnd && atEnd.current && items.length > 0) virtual.scrollToIndex(items.length - 1, { align: 'end' });
  }, [followEnd, items.length, virtual]);
  useEffect(() => {
    if (reveal) virtual.scrollToIndex(reveal.index, { align: 'center' });
  }, [reveal, virtual]);
  return (
    <Box
      ref={box}
      role="log"
      aria-label={label}
      aria-live="off"
      tabIndex={0}
      onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
        const place = { top: scrollTop, height: scrollHeight };
        atEnd.current = staysAtEnd(atEnd.current, {
          before: last.current,
          place,
          nearPx: clientHeight + rowHeight * 2,
        });
        last.current = place;
      }}
      sx={{ height, overflow: 'auto', contain: 'strict', border: 1, borderColor: 'divider', borderRadius: 1 }}
    >
      <Box sx={{ position: 'relative', width: '100%' }} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => (
          // Plain elements: rows come and go with every frame of scrolling.
          <div
            key={key}
            data-index={index}
            ref={virtual.measureElement}
            style={{ position: 'absolute', top: 0, left: 0, width: '100%', transform: `translateY(${start}px)` }}
          >
            {items[index] !== undefined && render(items[index], index)}
          </div>
        ))}
      </Box>
    </Box>
  );
}
