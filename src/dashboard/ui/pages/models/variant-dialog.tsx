import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useKitText } from '../../kit/index.ts';
import { Card } from './card.tsx';
import { useModelsText } from './models-text.ts';
import { usePull } from './pull-by-name.tsx';
import { Variants } from './variants.tsx';

/** What there is of a model, to choose from before it is pulled; a tag that is not listed can be typed. */
export function VariantDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }): ReactNode {
  const t = useModelsText();
  const kit = useKitText();
  const pull = usePull();
  const [tag, setTag] = useState('');
  const wanted = tag.trim() === '' ? name : `${name}:${tag.trim()}`;
  const take = (chosen: string): void => {
    pull(chosen);
    onClose();
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="md" aria-labelledby="variant-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          take(wanted);
        }}
      >
        <DialogTitle id="variant-title" sx={{ overflowWrap: 'anywhere' }}>
          {t.pullTitle(name)}
        </DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            fullWidth
            margin="dense"
            label={t.variant}
            value={tag}
            onChange={(event) => setTag(event.target.value)}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
          />
          <CommandHint command={`gantry pull ${wanted}`} />
          <Variants name={name} onPull={take} />
          <Card name={name} />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained">
            {t.pull}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
