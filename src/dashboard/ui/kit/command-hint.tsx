import { Box, Typography } from '@mui/material';
import { Terminal } from 'lucide-react';
import type { ReactNode } from 'react';
import { CopyButton } from './copy-button.tsx';
import { useKitText } from './errors.ts';

/** The command that does what this part of the page does. */
export function CommandHint({ command }: { readonly command: string }): ReactNode {
  const t = useKitText();
  return (
    <Box
      role="note"
      aria-label={t.command}
      sx={{ display: 'flex', alignItems: 'center', gap: 1, color: 'text.secondary', minWidth: 0 }}
    >
      <Terminal size={16} aria-hidden />
      <Typography component="code" variant="body2" sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
        {command}
      </Typography>
      <CopyButton text={command} />
    </Box>
  );
}
