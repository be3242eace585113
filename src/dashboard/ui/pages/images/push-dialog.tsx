import { Alert, Button, Dialog, DialogActions, DialogContent, DialogTitle, MenuItem, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { cleanText, CommandHint, useKitText } from '../../kit/index.ts';
import { useText } from './text.ts';
import { useImageTransfers } from './use-image-transfers.ts';
import { registryOf } from './image-names.ts';

/** Says where an image would go before it goes there; which of its names says where. */
export function PushDialog({
  tags,
  onClose,
}: {
  readonly tags: readonly string[];
  readonly onClose: () => void;
}): ReactNode {
  const t = useText();
  const kit = useKitText();
  const { push } = useImageTransfers();
  const [chosen, setChosen] = useState(tags[0] ?? '');
  const registry = registryOf(chosen);
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="push-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          push(chosen);
          onClose();
        }}
      >
        <DialogTitle id="push-title" sx={{ overflowWrap: 'anywhere' }}>
          {t.pushTitle(cleanText(chosen))}
        </DialogTitle>
        <DialogContent>
          {tags.length > 1 && (
            <TextField
              select
              fullWidth
              margin="dense"
              label={t.pushAs}
              value={chosen}
              onChange={(event) => setChosen(event.target.value)}
            >
              {tags.map((tag) => (
                <MenuItem key={tag} value={tag}>
                  {cleanText(tag)}
                </MenuItem>
              ))}
            </TextField>
          )}
          <Alert severity="info" sx={{ my: 1 }}>
            {t.pushText(cleanText(registry))}
          </Alert>
          <CommandHint command={`docker push ${chosen}`} />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" autoFocus>
            {t.push}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
