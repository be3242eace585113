import { Box, Stack, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { cleanText } from './clean-text.ts';
import { CommandHint } from './command-hint.tsx';
import { CopyButton } from './copy-button.tsx';

/** Commands, or a file, as they are typed. With a title it has a section of its own, and can be copied. */
export function CodeBlock({ text, title }: { readonly text: string; readonly title?: string | undefined }): ReactNode {
  const code = (
    <Box
      component="pre"
      tabIndex={0}
      sx={{
        m: 0,
        p: 1.5,
        borderRadius: 1,
        bgcolor: 'action.hover',
        fontSize: 13,
        whiteSpace: 'pre-wrap',
        overflowWrap: 'anywhere',
      }}
    >
      <code>{cleanText(text)}</code>
    </Box>
  );
  if (title === undefined) return code;
  return (
    <Box component="section" aria-label={title}>
      <Stack direction="row" spacing={1} sx={{ alignItems: 'center' }}>
        <Typography variant="subtitle2" component="h2">
          {title}
        </Typography>
        <CopyButton text={text} />
      </Stack>
      {code}
    </Box>
  );
}

export interface CommandListProps {
  readonly title: string;
  readonly commands: readonly string[];
  readonly heading?: 'h2' | 'h3' | undefined;
}

/** Commands one by one, each to be copied; nothing where there are none. */
export function CommandList({ title, commands, heading = 'h2' }: CommandListProps): ReactNode {
  if (commands.length === 0) return null;
  return (
    <Box component="section" aria-label={title}>
      <Typography variant="subtitle2" component={heading}>
        {title}
      </Typography>
      {commands.map((command) => (
        <CommandHint key={command} command={command} />
      ))}
    </Box>
  );
}
