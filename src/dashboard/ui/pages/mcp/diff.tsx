import { Box } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { cutLine } from '../../kit/index.ts';

const mostLines = 2000;

/** A change as `diff -u` tells it. The signs say what the colours say. */
export function Diff({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const lines = useMemo(() => text.split('\n').slice(0, mostLines), [text]);
  return (
    <Box
      component="pre"
      tabIndex={0}
      role="region"
      aria-label={label}
      sx={{
        m: 0,
        p: 1,
        maxHeight: 400,
        overflow: 'auto',
        fontSize: '0.85rem',
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
      }}
    >
      {lines.map((line, at) => (
        <Box
          // oxlint-disable-next-line react/no-array-index-key -- a diff does not change
          key={at}
          component="span"
          sx={{
            display: 'block',
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            color: colorOf(line),
            fontWeight: /^[+-]/.test(line) ? 600 : 400,
          }}
        >
          {cutLine(line, 2000).text || ' '}
        </Box>
      ))}
    </Box>
  );
}

function colorOf(line: string): string {
  if (line.startsWith('+')) return 'success.main';
  return line.startsWith('-') ? 'error.main' : 'text.primary';
}
