import { Box } from '@mui/material';
import { useMemo, type ReactNode } from 'react';
import { cleanText } from './clean-text.ts';
import { CleanText } from './clean-text-view.tsx';

const longestLine = 4000;

/** A change as `diff -u` tells it, whole: a long line comes by and by. Added and removed lines are told apart by their sign too, not by colour alone. */
export function Diff({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const lines = useMemo(() => text.split('\n'), [text]);
  return (
    <Box
      component="pre"
      tabIndex={0}
      role="region"
      aria-label={label}
      sx={{
        m: 0,
        p: 1.5,
        border: 1,
        borderColor: 'divider',
        borderRadius: 1,
        fontSize: 13,
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
        maxHeight: '50vh',
        overflow: 'auto',
        '& > span': { display: 'block' },
        '& > .added': { color: 'success.main' },
        '& > .removed': { color: 'error.main' },
      }}
    >
      {lines.map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines of a diff have no name but their place
        <span key={index} className={kindOf(line)}>
          {line.length > longestLine ? <CleanText text={line} /> : cleanText(line) || ' '}
        </span>
      ))}
    </Box>
  );
}

function kindOf(line: string): string | undefined {
  if (line.startsWith('+') && !line.startsWith('+++')) return 'added';
  return line.startsWith('-') && !line.startsWith('---') ? 'removed' : undefined;
}
