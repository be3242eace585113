import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useKitText } from '../../kit/index.ts';
import { PickFile } from './pick-file.tsx';

export interface AskTextProps {
  readonly title: string;
  readonly label: string;
  readonly confirm: string;
  readonly first?: string | undefined;
  readonly isLong?: boolean | undefined;
  /** The text may come from a file. */
  readonly withFile?: boolean | undefined;
  readonly command?: ((text: string) => string) | undefined;
  readonly onText: (text: string) => Promise<void>;
  readonly onClose: () => void;
}

/** Asks for one text. */
export function AskText({
  title,
  label,
  confirm,
  first = '',
  isLong = false,
  withFile = false,
  command,
  onText,
  onClose,
}: AskTextProps): ReactNode {
  const kit = useKitText();
  const [text, setText] = useState(first);
  const [isRunning, setRunning] = useState(false);
  const submit = async (): Promise<void> => {
    setRunning(true);
    await onText(text);
    setRunning(false);
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="ask-title">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') void submit();
        }}
      >
        <DialogTitle id="ask-title">{title}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            <TextField
              autoFocus
              label={label}
              value={text}
              multiline={isLong}
              minRows={isLong ? 8 : 1}
              maxRows={isLong ? 20 : 1}
              onChange={(event) => setText(event.target.value)}
            />
            {withFile && <PickFile onFile={(file) => setText(file.text)} />}
            {command && <CommandHint command={command(text)} />}
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" disabled={text.trim() === ''} loading={isRunning}>
            {confirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
