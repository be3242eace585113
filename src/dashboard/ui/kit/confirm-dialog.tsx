import { Button, Dialog, DialogActions, DialogContent, DialogContentText, DialogTitle } from '@mui/material';
import type { ReactNode } from 'react';
import { CommandHint } from './command-hint.tsx';
import { useKitText } from './errors.ts';

export interface ConfirmProps {
  readonly open: boolean;
  readonly title: string;
  /** What will be lost, exactly. */
  readonly text: string;
  /** What the button says: the verb. */
  readonly confirm: string;
  readonly command?: string | undefined;
  readonly isRunning?: boolean | undefined;
  /** There is nothing to confirm, or not yet. */
  readonly isDisabled?: boolean | undefined;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  /** More to choose from. */
  readonly children?: ReactNode;
}

/** Asks before something that cannot be undone. The way out has the focus. */
export function ConfirmDialog(props: ConfirmProps): ReactNode {
  const {
    open,
    title,
    text,
    confirm,
    command,
    isRunning = false,
    isDisabled = false,
    onConfirm,
    onClose,
    children,
  } = props;
  const t = useKitText();
  return (
    <Dialog open={open} onClose={onClose} aria-labelledby="confirm-title" aria-describedby="confirm-text">
      <DialogTitle id="confirm-title" sx={{ overflowWrap: 'anywhere' }}>
        {title}
      </DialogTitle>
      <DialogContent>
        <DialogContentText id="confirm-text" sx={{ overflowWrap: 'anywhere', mb: 2 }}>
          {text}
        </DialogContentText>
        {children}
        {command !== undefined && <CommandHint command={command} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose} autoFocus>
          {t.cancel}
        </Button>
        <Button color="error" variant="contained" loading={isRunning} disabled={isDisabled} onClick={onConfirm}>
          {confirm}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
