import { Box, Button, Paper, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { useAssistantText } from './text.ts';
import type { Item } from './thread.ts';
import { useApproval } from './use-approval.ts';

/** Whether a turn that took many steps goes on. */
export function ContinueCard(props: {
  readonly item: Extract<Item, { kind: 'continue' }>;
  readonly sessionId: string;
}): ReactNode {
  const { item, sessionId } = props;
  const t = useAssistantText();
  const { answer, isRunning } = useApproval(sessionId, item.callId);
  return (
    <Paper component="article" variant="outlined" sx={{ p: 1.5 }}>
      <Typography>{t.goOn(item.steps)}</Typography>
      {!item.answered && (
        <Box sx={{ display: 'flex', gap: 1, mt: 1 }}>
          <Button variant="contained" size="small" disabled={isRunning} onClick={() => answer({ kind: 'once' })}>
            {t.yes}
          </Button>
          <Button size="small" disabled={isRunning} onClick={() => answer({ kind: 'reject' })}>
            {t.no}
          </Button>
        </Box>
      )}
    </Paper>
  );
}
