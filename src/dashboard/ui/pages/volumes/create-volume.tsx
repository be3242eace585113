import { Button, Dialog, DialogActions, DialogContent, DialogTitle, Stack, TextField } from '@mui/material';
import { Plus } from 'lucide-react';
import { useMemo, useState, type ReactNode } from 'react';
import { CommandHint, useAction, useKitText } from '../../kit/index.ts';
import { useText } from './text.ts';
import { emptyForm, readForm } from './volume-form.ts';

export function CreateVolume(): ReactNode {
  const t = useText();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="contained" startIcon={<Plus size={18} />} onClick={() => setOpen(true)}>
        {t.create}
      </Button>
      {open && <CreateDialog onClose={() => setOpen(false)} />}
    </>
  );
}

function CreateDialog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useText();
  const kit = useKitText();
  const [form, setForm] = useState(emptyForm);
  const { request, isNameGood, isDriverGood, refused, command } = useMemo(() => readForm(form), [form]);
  const create = useAction({
    run: (api) => api.send({ path: '/gantry/volumes', method: 'POST', body: request }),
    changes: ['/gantry/volumes'],
    done: () => t.made(form.name.trim()),
  });
  const field = (key: keyof typeof form) => ({
    fullWidth: true,
    size: 'small' as const,
    value: form[key],
    onChange: (event: { readonly target: { readonly value: string } }) =>
      setForm({ ...form, [key]: event.target.value }),
    slotProps: { htmlInput: { spellCheck: false, autoComplete: 'off' } },
  });
  const lines = (key: 'options' | 'labels', help: string) => ({
    ...field(key),
    multiline: true,
    minRows: 2,
    maxRows: 6,
    error: refused[key].length > 0,
    helperText: refused[key].length > 0 ? t.notPairs(refused[key].slice(0, 5).join(', ')) : help,
  });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="create-volume">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (request) void create.start().then((went) => went && onClose());
        }}
      >
        <DialogTitle id="create-volume">{t.create}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            <TextField
              {...field('name')}
              autoFocus
              required
              label={t.newName}
              error={form.name !== '' && !isNameGood}
              helperText={t.newNameHelp}
            />
            <TextField {...field('driver')} label={t.driver} placeholder="local" error={!isDriverGood} />
            <TextField {...lines('options', t.optionsHelp)} label={t.options} placeholder={'type=tmpfs\no=size=64m'} />
            <TextField {...lines('labels', t.labelsHelp)} label={t.labels} />
            <CommandHint command={command} />
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" loading={create.isRunning} disabled={!request}>
            {t.createConfirm}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
