import { Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField, Typography } from '@mui/material';
import { configurationsBody, type EffectiveBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CommandHint, ResourceView, useAction, useFormat, useKitText, useResource } from '../../kit/index.ts';
import { configureCommand, configureRequestOf, formOf, isContextSize, type ConfigureForm } from './configure-form.ts';
import { useModelsText } from './models-text.ts';

interface ConfigureProps {
  readonly name: string;
  /** What holds now, shown where nothing was set. */
  readonly effective: EffectiveBody;
  readonly onClose: () => void;
}

/** How a model runs, to be changed. What is empty is left to the machine and the package. */
export function ConfigureDialog(props: ConfigureProps): ReactNode {
  const { name, onClose } = props;
  const t = useModelsText();
  const path = `/engines/_configure?model=${encodeURIComponent(name)}`;
  const configured = useResource({ path, schema: configurationsBody });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="configure-title">
      <DialogTitle id="configure-title" sx={{ overflowWrap: 'anywhere' }}>
        {t.configureTitle(name)}
      </DialogTitle>
      <ResourceView resource={configured}>{(rows) => <Form {...props} before={formOf(rows)} />}</ResourceView>
    </Dialog>
  );
}

function Form(props: ConfigureProps & { readonly before: ConfigureForm }): ReactNode {
  const { name, effective, onClose } = props;
  const t = useModelsText();
  const kit = useKitText();
  const format = useFormat();
  // As it was when the form was opened: what others change meanwhile is not taken back.
  const [before] = useState(props.before);
  const [form, setForm] = useState(before);
  const save = useAction({
    run: (api) =>
      api.send({ path: '/engines/_configure', method: 'POST', body: configureRequestOf(name, before, form) }),
    changes: ['/engines', '/gantry/effective'],
    done: () => t.configured,
  });
  const isBad = !isContextSize(form.contextSize);
  const field = (key: keyof ConfigureForm, more: { label: string; placeholder: string; help: string }): ReactNode => (
    <TextField
      fullWidth
      margin="dense"
      label={more.label}
      placeholder={more.placeholder}
      helperText={more.help}
      error={key === 'contextSize' && isBad}
      value={form[key]}
      onChange={(event) => setForm({ ...form, [key]: event.target.value })}
      slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' }, inputLabel: { shrink: true } }}
    />
  );
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void save.start().then((done) => {
          if (done) onClose();
        });
      }}
    >
      <DialogContent>
        <Typography color="text.secondary" sx={{ mb: 1 }}>
          {t.configureText}
        </Typography>
        {field('contextSize', {
          label: t.context,
          placeholder: format.number(effective.contextSize.value),
          help: t.contextHelp,
        })}
        {field('keepAlive', { label: t.keepAlive, placeholder: effective.keepAlive.value, help: t.keepAliveHelp })}
        {field('flags', { label: t.flags, placeholder: '--temp 0.2', help: t.flagsHelp })}
        <CommandHint command={configureCommand(name, form)} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{kit.cancel}</Button>
        <Button type="submit" variant="contained" loading={save.isRunning} disabled={isBad}>
          {t.save}
        </Button>
      </DialogActions>
    </form>
  );
}
