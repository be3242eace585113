import { Alert, Box, Button } from '@mui/material';
import type { ReactNode } from 'react';
import { useShellText } from './shell-text.ts';
import type { DaemonState } from './use-daemon.ts';

/** Says when what is shown may not be so any more. */
export function ConnectionBanner({
  state,
  isUpdated,
}: {
  readonly state: DaemonState;
  readonly isUpdated: boolean;
}): ReactNode {
  const t = useShellText();
  const text = { away: t.daemonAway, stopping: t.daemonStopping, answers: undefined }[state];
  return (
    <Box role="status" aria-live="polite">
      {text !== undefined && (
        <Alert severity="warning" variant="filled" square>
          {text}
        </Alert>
      )}
      {isUpdated && (
        <Alert
          severity="info"
          square
          action={
            <Button color="inherit" size="small" onClick={() => window.location.reload()}>
              {t.reload}
            </Button>
          }
        >
          {t.updated}
        </Alert>
      )}
    </Box>
  );
}
