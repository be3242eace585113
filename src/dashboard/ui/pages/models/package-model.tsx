import { Button, FormControlLabel, Paper, Stack, Switch, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useNavigate } from 'react-router';
import { CommandHint, PageHeader, useTransfers } from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';
import { packageCommand, packageRequestOf, type PackageForm } from './package-form.ts';

const empty: PackageForm = {
  gguf: '',
  target: '',
  mmproj: '',
  chatTemplate: '',
  license: '',
  contextSize: '',
  push: false,
};

/** Makes a model of a file on the daemon's machine. */
export function PackageModel(): ReactNode {
  const t = useModelsText();
  const navigate = useNavigate();
  const { start } = useTransfers();
  const [form, setForm] = useState(empty);
  const { request, problems } = packageRequestOf(form);
  const field = (name: Exclude<keyof PackageForm, 'push'>): ReactNode => {
    const problem = form[name] === '' ? undefined : problems[name];
    return (
      <TextField
        label={t[name]}
        value={form[name]}
        required={name === 'gguf' || name === 'target'}
        error={problem !== undefined}
        helperText={problem && t[problem]}
        onChange={(event) => setForm((before) => ({ ...before, [name]: event.target.value }))}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      />
    );
  };
  return (
    <>
      <PageHeader title={t.packageTitle} text={t.packageText} />
      <Paper
        component="form"
        variant="outlined"
        sx={{ p: 3, maxWidth: 760 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (!request) return;
          start({
            title: t.packaging(request.target),
            request: { path: '/gantry/package', method: 'POST', body: request },
            changes: ['/models'],
          });
          void navigate('/models');
        }}
      >
        <Stack spacing={2}>
          {field('gguf')}
          {field('target')}
          {field('contextSize')}
          {field('license')}
          {field('chatTemplate')}
          {field('mmproj')}
          <FormControlLabel
            control={
              <Switch checked={form.push} onChange={(_event, push) => setForm((before) => ({ ...before, push }))} />
            }
            label={t.pushAfter}
          />
          <CommandHint command={packageCommand(form)} />
          <Button type="submit" variant="contained" disabled={!request} sx={{ alignSelf: 'flex-start' }}>
            {t.package}
          </Button>
        </Stack>
      </Paper>
    </>
  );
}
