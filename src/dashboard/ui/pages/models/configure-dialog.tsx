import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  TextField,
  Typography,
} from '@mui/material';
import { configurationsBody, type EffectiveBody } from '#contract';
import { useState, type ReactNode } from 'react';
import { CommandHint, ResourceView, useAction, useFormat, useKitText, useResource } from '../../kit/index.ts';
import {
  badFields,
  configurableModes,
  configureCommand,
  configureRequestOf,
  fieldsFor,
  formOf,
  isAsked,
  type ConfigureField,
  type ConfigureForm,
} from './configure-form.ts';
import { useModelsText } from './models-text.ts';

interface ConfigureProps {
  readonly name: string;
  /** Of its file: what it can be told depends on it. */
  readonly format: string;
  /** What holds now, shown where nothing was set. */
  readonly effective: EffectiveBody;
  readonly onClose: () => void;
}

/** How a model runs, to be changed. What is empty is left to the machine and the package. */
export function ConfigureDialog(props: ConfigureProps): ReactNode {
  const { name, onClose } = props;
  const t = useModelsText();
  const [mode, setMode] = useState<ConfigureForm['mode']>('');
  const path = `/engines/_configure?model=${encodeURIComponent(name)}`;
  const configured = useResource({ path, schema: configurationsBody });
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="configure-title">
      <DialogTitle id="configure-title" sx={{ overflowWrap: 'anywhere' }}>
        {t.configureTitle(name)}
      </DialogTitle>
      <ResourceView resource={configured}>
        {(rows) => <Form key={mode} {...props} before={formOf(rows, mode)} onMode={setMode} />}
      </ResourceView>
    </Dialog>
  );
}

type FormProps = ConfigureProps & {
  readonly before: ConfigureForm;
  /** Another mode has values of its own. */
  readonly onMode: (mode: ConfigureForm['mode']) => void;
};

function Form(props: FormProps): ReactNode {
  const { name, format, onClose, onMode } = props;
  const t = useModelsText();
  const kit = useKitText();
  // As it was when the form was opened: what others change meanwhile is not taken back.
  const [before] = useState(props.before);
  const [form, setForm] = useState(before);
  const save = useAction({
    run: (api) =>
      api.send({ path: '/engines/_configure', method: 'POST', body: configureRequestOf(name, before, form) }),
    changes: ['/engines', '/gantry/effective'],
    done: () => t.configured,
  });
  const bad = badFields(form);
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
        <Box sx={{ display: 'grid', gridTemplateColumns: { sm: '1fr 1fr' }, columnGap: 2, mb: 1 }}>
          {fieldsFor(format, form.mode)
            .filter((field) => isAsked(field, form))
            .map((field) => (
              <Field
                key={field}
                field={field}
                form={form}
                effective={props.effective}
                isBad={bad.includes(field)}
                onChange={(value) =>
                  field === 'mode'
                    ? onMode(configurableModes.find((one) => one === value) ?? '')
                    : setForm({ ...form, [field]: value })
                }
              />
            ))}
        </Box>
        <CommandHint command={configureCommand(name, form)} />
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{kit.cancel}</Button>
        <Button type="submit" variant="contained" loading={save.isRunning} disabled={bad.length > 0}>
          {t.save}
        </Button>
      </DialogActions>
    </form>
  );
}

interface FieldFacts {
  readonly label: string;
  readonly help?: string;
  readonly placeholder?: string;
  /** Value and name of each choice. */
  readonly choices?: readonly (readonly [string, string])[];
}

const isWide: ReadonlySet<ConfigureField> = new Set(['draftModel', 'hfOverrides', 'flags']);

function Field(props: {
  readonly field: ConfigureField;
  readonly form: ConfigureForm;
  readonly effective: EffectiveBody;
  readonly isBad: boolean;
  readonly onChange: (value: string) => void;
}): ReactNode {
  const { field, form, effective, isBad, onChange } = props;
  const { label, help, placeholder, choices } = useFieldFacts(form, effective)[field];
  return (
    <TextField
      fullWidth
      margin="dense"
      size="small"
      sx={isWide.has(field) ? { gridColumn: '1 / -1' } : {}}
      select={choices !== undefined}
      label={label}
      placeholder={placeholder}
      helperText={help}
      error={isBad}
      value={form[field]}
      onChange={(event) => onChange(event.target.value)}
      slotProps={{
        htmlInput: { spellCheck: false, autoComplete: 'off' },
        inputLabel: { shrink: true },
        select: { displayEmpty: true },
      }}
    >
      {choices?.map(([value, text]) => (
        <MenuItem key={value} value={value}>
          {text}
        </MenuItem>
      ))}
    </TextField>
  );
}

function useFieldFacts(form: ConfigureForm, effective: EffectiveBody): Readonly<Record<ConfigureField, FieldFacts>> {
  const t = useModelsText();
  const format = useFormat();
  const budget = form.reasoningBudget;
  const isOther = !['', '-1', '0'].includes(budget);
  return {
    mode: {
      label: t.mode,
      help: t.modeHelp,
      choices: [
        ['', t.everyMode],
        ['completion', t.completion],
        ['embedding', t.embedding],
        ['reranking', t.reranking],
      ],
    },
    contextSize: { label: t.context, placeholder: format.number(effective.contextSize.value), help: t.contextHelp },
    keepAlive: { label: t.keepAlive, placeholder: effective.keepAlive.value, help: t.keepAliveHelp },
    flags: { label: t.flags, placeholder: '--temp 0.2', help: t.flagsHelp },
    reasoningBudget: {
      label: t.thinking,
      choices: [
        ['', t.asUsual],
        ['-1', t.thinks],
        ['0', t.thinksNot],
        ...(isOther ? ([[budget, t.thinksFor(budget)]] as const) : []),
      ],
    },
    draftModel: { label: t.speculative, placeholder: effective.speculative?.value.draftModel ?? '', help: t.draftHelp },
    draftTokens: { label: t.draftTokens, placeholder: effective.speculative?.value.tokens?.toString() ?? '' },
    minAcceptanceRate: { label: t.acceptance, help: t.acceptanceHelp },
    hfOverrides: { label: t.hfOverrides, placeholder: '{"max_model_len": 8192}', help: t.hfOverridesHelp },
    gpuMemory: { label: t.gpuMemory, placeholder: '0.9', help: t.gpuMemoryHelp },
  };
}
