import { Box } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { cutLine } from './clean-text.ts';
import { VirtualList } from './virtual-list.tsx';

const rowHeightPx = 20;

/** Text of any length by its lines, as it is written. */
export function JsonView({
  text,
  label,
  height = '55vh',
}: {
  readonly text: string;
  readonly label: string;
  readonly height?: number | string | undefined;
}): ReactNode {
  const lines = useMemo(() => text.split('\n'), [text]);
  return (
    <VirtualList
      label={label}
      items={lines}
      rowHeight={rowHeightPx}
      height={height}
      render={(line) => (
        <Box
          sx={{
            fontFamily: 'monospace',
            fontSize: 13,
            lineHeight: `${rowHeightPx}px`,
            minHeight: rowHeightPx,
            px: 1,
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            unicodeBidi: 'isolate',
          }}
        >
          {cutLine(line).text}
        </Box>
      )}
    />
  );
}
