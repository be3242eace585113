import { Button, FormControlLabel, MenuItem, Paper, Stack, Switch, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { CommandHint, PageHeader, useTransfers } from '../../kit/index.ts';
import { modelPath } from './addresses.ts';
import { useModelsText } from './models-text.ts';
import { PathButton } from './path-button.tsx';
import {
  packageCommand,
  packageRequestOf,
  pathWish,
  withPath,
  type PackageForm,
  type TextField as FieldName,
} from './package-form.ts';

const empty: PackageForm = {
  source: 'gguf',
  weights: '',
  target: '',
  mmproj: '',
  chatTemplate: '',
  licenses: '',
  contextSize: '',
  format: '',
  push: false,
};
const sources = ['gguf', 'safetensorsDir', 'dduf', 'from'] as const;
const formats = ['', 'docker', 'cncf'] as const;

/** Makes a model of files on the daemon's machine, or of another model. */
export function PackageModel(): ReactNode {
  const t = useModelsText();
  const navigate = useNavigate();
  const { start } = useTransfers();
  // Of a packaging that failed: what was filled in is there to be changed.
  const given = (useLocation().state as Partial<PackageForm> | null) ?? {};
  const [form, setForm] = useState<PackageForm>({ ...empty, ...given });
  const { request, problems } = packageRequestOf(form);
  const set = (change: Partial<PackageForm>): void => setForm((before) => ({ ...before, ...change }));
  const field = (name: FieldName, label: string): ReactNode => {
    const problem = form[name] === '' ? undefined : problems[name];
    const wish = pathWish(form, name);
    return (
      <TextField
        label={label}
        value={form[name]}
        required={name === 'weights' || name === 'target'}
        multiline={name === 'licenses'}
        error={problem !== undefined}
        helperText={problem && t[problem]}
        onChange={(event) => set({ [name]: event.target.value })}
        slotProps={{
          htmlInput: { spellCheck: false, autoComplete: 'off' },
          ...(wish && {
            input: {
              endAdornment: (
                <PathButton wish={wish} label={label} onChoose={(path) => set(withPath(form, name, path))} />
              ),
            },
          }),
        }}
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
            leadsTo: { done: { path: modelPath(request.target) }, failed: { path: '/models/package', state: form } },
            changes: ['/models'],
          });
          void navigate('/models');
        }}
      >
        <Stack spacing={2}>
          <TextField
            select
            label={t.weightsOf}
            value={form.source}
            onChange={(event) => set({ source: sources.find((one) => one === event.target.value) ?? 'gguf' })}
          >
            {sources.map((one) => (
              <MenuItem key={one} value={one}>
                {{ gguf: t.ofGguf, safetensorsDir: t.ofSafetensors, dduf: t.ofDduf, from: t.ofModel }[one]}
              </MenuItem>
            ))}
          </TextField>
          {field(
            'weights',
            { gguf: t.gguf, safetensorsDir: t.safetensorsDir, dduf: t.dduf, from: t.fromModel }[form.source],
          )}
          {field('target', t.target)}
          {field('contextSize', t.contextSize)}
          {field('licenses', t.licenses)}
          {field('chatTemplate', t.chatTemplate)}
          {field('mmproj', t.mmproj)}
          <TextField
            select
            label={t.artifactFormat}
            value={form.format}
            onChange={(event) => set({ format: formats.find((one) => one === event.target.value) ?? '' })}
            slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
          >
            {formats.map((one) => (
              <MenuItem key={one} value={one}>
                {{ '': t.usualFormat, docker: 'Docker', cncf: 'CNCF ModelPack' }[one]}
              </MenuItem>
            ))}
          </TextField>
          <FormControlLabel
            control={<Switch checked={form.push} onChange={(_event, push) => set({ push })} />}
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
