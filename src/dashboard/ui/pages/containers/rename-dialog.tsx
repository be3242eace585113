import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { containerListBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { cleanText, CommandHint, useAction, useKitText, useResource } from '../../kit/index.ts';
import { nameFault } from './container-name.ts';
import { useText } from './text.ts';

interface RenameDialogProps {
  readonly name: string;
  readonly onClose: () => void;
  readonly onRenamed?: ((name: string) => void) | undefined;
}

/** Calls a container otherwise. What the Engine would refuse is said while it is typed. */
export function RenameDialog({ name, onClose, onRenamed }: RenameDialogProps): ReactNode {
  const t = useText();
  const kit = useKitText();
  const [typed, setTyped] = useState(name);
  const wanted = typed.trim();
  const list = useResource({ path: '/gantry/containers', schema: containerListBody });
  const fault = nameFault(wanted, name, list.data?.containers.map((one) => one.name) ?? []);
  const said = { form: t.renameForm, same: t.renameSame, taken: t.renameTaken(cleanText(wanted)) };
  const rename = useAction({
    run: async (api, given: string) => {
      const path = `/gantry/containers/${encodeURIComponent(name)}/rename`;
      await api.send({ path, method: 'POST', body: { name: given } });
      onClose();
      onRenamed?.(given);
    },
    changes: ['/gantry/containers'],
    done: (_nothing, given) => t.renamed(cleanText(name), given),
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="rename-title">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!fault) void rename.start(wanted);
        }}
      >
        <DialogTitle id="rename-title" sx={{ overflowWrap: 'anywhere' }}>
          {t.renameTitle(cleanText(name))}
        </DialogTitle>
        <DialogContent>
          <TextField
            autoFocus
            fullWidth
            margin="dense"
            label={t.newName}
            helperText={fault ? said[fault] : t.renameForm}
            error={fault === 'form' || fault === 'taken'}
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
            slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
            sx={{ mb: 1 }}
          />
          <CommandHint command={`docker rename ${name} ${fault ? 'NAME' : wanted}`} />
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" loading={rename.isRunning} disabled={fault !== undefined}>
            {t.renameConfirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
