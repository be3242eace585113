import { Box, Button } from '@mui/material';
import { useId, useState, type ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import { excerptOf } from './excerpt.ts';
import { useAssistantText } from './text.ts';
import type { ToolItem } from './thread.ts';

/** What a tool wrote: a few lines, and all of them when they are wanted. What goes on or went wrong is told by its end. */
export function ToolOutput({ tool }: { readonly tool: ToolItem }): ReactNode {
  const t = useAssistantText();
  const [isWhole, setWhole] = useState(false);
  const id = useId();
  const whole = cleanText(tool.output);
  const { text, lines, isCut } = excerptOf(whole, tool.state === 'done' ? 'beginning' : 'end');
  return (
    <>
      <Box
        id={id}
        component="pre"
        role="region"
        aria-label={t.output}
        tabIndex={0}
        dir="auto"
        sx={{
          m: 0,
          mt: 1,
          p: 1.5,
          maxHeight: 400,
          overflow: 'auto',
          border: 1,
          borderColor: 'divider',
          borderRadius: 1,
          fontFamily: 'monospace',
          fontSize: '0.8rem',
          whiteSpace: 'pre-wrap',
          overflowWrap: 'anywhere',
          unicodeBidi: 'isolate',
        }}
      >
        {isWhole ? whole : text}
      </Box>
      {isCut && (
        <Button
          size="small"
          aria-expanded={isWhole}
          aria-controls={id}
          onClick={() => setWhole((before) => !before)}
          sx={{ mt: 0.5 }}
        >
          {isWhole ? t.outputLess : t.outputAll(lines, whole.length)}
        </Button>
      )}
    </>
  );
}
