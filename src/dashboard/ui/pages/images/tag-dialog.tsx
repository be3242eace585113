import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { cleanText, CommandHint, useAction, useKitText } from '../../kit/index.ts';
import { useText } from './text.ts';

/** Gives an image a further name. */
export function TagDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }): ReactNode {
  const t = useText();
  const kit = useKitText();
  const [target, setTarget] = useState('');
  const wanted = target.trim();
  const tag = useAction({
    run: (api, given: string) =>
      api.send({ path: `/gantry/images/${encodeURIComponent(name)}/tag`, method: 'POST', body: { target: given } }),
    changes: ['/gantry/images'],
    done: (_nothing, given) => t.tagged(given),
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="tag-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted !== '') void tag.start(wanted).then((went) => went && onClose());
        }}
      >
        <DialogTitle id="tag-title" sx={{ overflowWrap: 'anywhere' }}>
          {t.tagTitle(cleanText(name))}
        </DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            fullWidth
            margin="dense"
            label={t.tagLabel}
            helperText={t.tagHelp}
            value={target}
            onChange={(event) => setTarget(event.target.value)}
            slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
            sx={{ mb: 1 }}
          />
          <CommandHint command={`docker tag ${name} ${wanted || 'NAME'}`} />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" loading={tag.isRunning} disabled={wanted === ''}>
            {t.tag}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
