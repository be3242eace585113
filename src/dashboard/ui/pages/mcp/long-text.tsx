import { Box, Button } from '@mui/material';
import { useMemo, useState, type ReactNode } from 'react';
import { cleanText, CopyButton, useKitText } from '../../kit/index.ts';

const firstChars = 20_000;

/** Text of strangers with its lines, inert, by and by: megabytes at once would stop the page. */
export function LongText({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const kit = useKitText();
  const [most, setMost] = useState(firstChars);
  const shown = useMemo(() => cleanText(text.slice(0, most)), [text, most]);
  const left = text.length - most;
  return (
    <Box sx={{ position: 'relative' }}>
      <Box sx={{ position: 'absolute', top: 4, right: 4 }}>
        <CopyButton text={text} />
      </Box>
      <Box
        component="pre"
        dir="auto"
        tabIndex={0}
        role="region"
        aria-label={label}
        sx={{
          m: 0,
          p: 1.5,
          pr: 6,
          maxHeight: 480,
          overflow: 'auto',
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
          unicodeBidi: 'isolate',
          fontSize: '0.85rem',
          border: 1,
          borderColor: 'divider',
          borderRadius: 1,
        }}
      >
        {shown}
      </Box>
      {left > 0 && (
        <Button size="small" onClick={() => setMost((before) => before + firstChars * 5)}>
          {kit.more(left)}
        </Button>
      )}
    </Box>
  );
}
