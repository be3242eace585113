import { Box } from '@mui/material';
import type { ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import { previewLines, type PreviewLine } from './preview-lines.ts';

const colors: Readonly<Record<PreviewLine['kind'], string>> = {
  plain: 'text.primary',
  added: 'success.main',
  removed: 'error.main',
  place: 'primary.main',
  file: 'text.primary',
};

/** A command or a diff, exactly: nothing is cut, the box scrolls. */
export function PreviewView({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  return (
    <Box
      component="pre"
      role="region"
      aria-label={label}
      tabIndex={0}
      dir="ltr"
      sx={{
        m: 0,
        mt: 1,
        p: 1.5,
        maxHeight: 360,
        overflow: 'auto',
        bgcolor: 'action.hover',
        borderRadius: 1,
        fontFamily: 'monospace',
        fontSize: '0.85rem',
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
      }}
    >
      {previewLines(text).map((line, index) => (
        // oxlint-disable-next-line react/no-array-index-key -- lines of a text that does not change
        <Box
          key={index}
          component="div"
          sx={{ color: colors[line.kind], fontWeight: line.kind === 'file' ? 650 : 400 }}
        >
          {cleanText(line.text) || ' '}
        </Box>
      ))}
    </Box>
  );
}
