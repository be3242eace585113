import { Box, MenuItem, Stack, TextField, Typography } from '@mui/material';
import type { ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import { keyOf, type Draft, type Field, type Filled } from './schema-fields.ts';
import { useMcpText } from './text.ts';

export interface SchemaFormProps {
  readonly fields: readonly Field[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Shown once the person tried to send it. */
  readonly problems: Filled['problems'];
}

/** A form as a schema of a server describes it. Its texts are a stranger's. */
export function SchemaForm({ fields, draft, onChange, problems }: SchemaFormProps): ReactNode {
  return (
    <Stack spacing={2}>
      {fields.map((field) =>
        field.kind === 'group' ? (
          <Box
            key={keyOf(field.path)}
            component="fieldset"
            sx={{ border: 1, borderColor: 'divider', borderRadius: 1, p: 2, m: 0, minWidth: 0 }}
          >
            <Typography component="legend" variant="body2" sx={{ px: 0.5 }}>
              {cleanText(field.label)}
            </Typography>
            <SchemaForm fields={field.fields} draft={draft} onChange={onChange} problems={problems} />
          </Box>
        ) : (
          <Place
            key={keyOf(field.path)}
            field={field}
            text={draft[keyOf(field.path)] ?? ''}
            problem={problems[keyOf(field.path)]}
            onChange={(text) => onChange({ ...draft, [keyOf(field.path)]: text })}
          />
        ),
      )}
    </Stack>
  );
}

interface PlaceProps {
  readonly field: Field;
  readonly text: string;
  readonly problem: Filled['problems'][string] | undefined;
  readonly onChange: (text: string) => void;
}

function Place({ field, text, problem, onChange }: PlaceProps): ReactNode {
  const t = useMcpText();
  const { kind, label, description, isRequired, fallback } = field;
  const usual = fallback === undefined ? undefined : t.byDefault(cleanText(JSON.stringify(fallback)).slice(0, 200));
  const help = [description && cleanText(description), kind === 'list' ? t.onePerLine : undefined, usual]
    .filter((one) => one !== undefined && one !== '')
    .join(' · ');
  const choices = kind === 'boolean' ? [true, false] : field.choices;
  const isChoice = kind === 'boolean' || kind === 'choice';
  const isLong = kind === 'list' || kind === 'json';
  return (
    <TextField
      size="small"
      fullWidth
      label={cleanText(label)}
      required={isRequired && fallback === undefined}
      value={text}
      error={problem !== undefined}
      helperText={problem === undefined ? help : t.fieldProblem(problem)}
      onChange={(event) => onChange(event.target.value)}
      select={isChoice}
      multiline={isLong}
      minRows={isLong ? 2 : 1}
      {...(isLong && { slotProps: { htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } } })}
      {...((kind === 'number' || kind === 'integer') && { slotProps: { htmlInput: { inputMode: 'decimal' } } })}
    >
      {isChoice && <MenuItem value="">{t.notGiven}</MenuItem>}
      {isChoice &&
        choices.map((one) => (
          <MenuItem key={JSON.stringify(one)} value={JSON.stringify(one)}>
            {cleanText(String(one)).slice(0, 200)}
          </MenuItem>
        ))}
    </TextField>
  );
}
