import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useAction, useKitText } from '../../kit/index.ts';
import { modelApi } from './addresses.ts';
import { useModelsText } from './models-text.ts';
import { splitName } from './split-name.ts';

export function TagDialog({ name, onClose }: { readonly name: string; readonly onClose: () => void }): ReactNode {
  const t = useModelsText();
  const kit = useKitText();
  const [target, setTarget] = useState('');
  const tag = useAction({
    run: (api, wanted: string) => {
      const { repo, tag: label } = splitName(wanted);
      const query = new URLSearchParams({ repo, tag: label });
      return api.send({ path: modelApi(name, `/tag?${query.toString()}`), method: 'POST' });
    },
    changes: ['/models'],
    done: (_nothing, wanted) => t.tagged(wanted),
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void tag.start(target.trim()).then((done) => {
            if (done) onClose();
          });
        }}
      >
        <DialogTitle sx={{ overflowWrap: 'anywhere' }}>{t.tagTitle(name)}</DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            fullWidth
            margin="dense"
            label={t.tagLabel}
            value={target}
            onChange={(event) => setTarget(event.target.value)}
            slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
          />
          <CommandHint command={`gantry tag ${name} ${target.trim() || 'NAME'}`} />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" loading={tag.isRunning} disabled={target.trim() === ''}>
            {t.tag}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
