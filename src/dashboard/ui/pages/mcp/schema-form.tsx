import {
  Box,
  Button,
  Checkbox,
  FormControlLabel,
  FormHelperText,
  MenuItem,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import type { ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import { keyOf, type Choice, type Field } from './schema-fields.ts';
import {
  itemCount,
  itemFields,
  withItem,
  withoutItem,
  type Draft,
  type FieldProblem,
  type Filled,
} from './schema-values.ts';
import { useMcpText } from './text.ts';

export interface SchemaFormProps {
  readonly fields: readonly Field[];
  readonly draft: Draft;
  readonly onChange: (draft: Draft) => void;
  /** Shown once the person tried to send it. */
  readonly problems: Filled['problems'];
}

const frame = { border: 1, borderColor: 'divider', borderRadius: 1, p: 2, m: 0, minWidth: 0 } as const;

/** A form as a schema of a server describes it. Its texts are a stranger's. */
export function SchemaForm(props: SchemaFormProps): ReactNode {
  const { fields, draft, onChange, problems } = props;
  return (
    <Stack spacing={2}>
      {fields.map((field) => {
        const key = keyOf(field.path);
        if (field.kind === 'group') return <Group key={key} {...props} field={field} />;
        if (field.kind === 'items') return <Items key={key} {...props} field={field} />;
        return (
          <Place
            key={key}
            field={field}
            text={draft[key] ?? ''}
            problem={problems[key]}
            onChange={(text) => onChange({ ...draft, [key]: text })}
          />
        );
      })}
    </Stack>
  );
}

type PartProps = SchemaFormProps & { readonly field: Field };

function Group({ field, ...props }: PartProps): ReactNode {
  return (
    <Box component="fieldset" sx={frame}>
      <Legend field={field} />
      <SchemaForm {...props} fields={field.fields} />
    </Box>
  );
}

/** A list of groups, which grows and shrinks. */
function Items({ field, draft, onChange, problems }: PartProps): ReactNode {
  const t = useMcpText();
  const label = cleanText(field.label);
  const problem = problems[keyOf(field.path)];
  return (
    <Box component="fieldset" sx={frame}>
      <Legend field={field} />
      <Stack spacing={2}>
        {Array.from({ length: itemCount(field, draft) }, (_none, at) => (
          <Box key={at} role="group" aria-label={t.itemOf(label, at + 1)} sx={frame}>
            <SchemaForm fields={itemFields(field, at)} draft={draft} onChange={onChange} problems={problems} />
            <Button
              size="small"
              color="error"
              aria-label={t.removeItem(label, at + 1)}
              onClick={() => onChange(withoutItem(field, draft, at))}
              sx={{ mt: 1 }}
            >
              {t.remove}
            </Button>
          </Box>
        ))}
        {problem && <FormHelperText error>{t.fieldProblem(problem, limitOf(field, problem))}</FormHelperText>}
        <Button
          size="small"
          variant="outlined"
          aria-label={t.addItem(label)}
          onClick={() => onChange(withItem(field, draft))}
          sx={{ alignSelf: 'start' }}
        >
          {t.add}
        </Button>
      </Stack>
    </Box>
  );
}

function Legend({ field: { label, description } }: { readonly field: Field }): ReactNode {
  return (
    <>
      <Typography component="legend" variant="body2" sx={{ px: 0.5 }}>
        {cleanText(label)}
      </Typography>
      {description !== undefined && (
        <Typography variant="body2" color="text.secondary" sx={{ mb: 1 }}>
          {cleanText(description)}
        </Typography>
      )}
    </>
  );
}

interface PlaceProps {
  readonly field: Field;
  readonly text: string;
  readonly problem: FieldProblem | undefined;
  readonly onChange: (text: string) => void;
}

function Place({ field, text, problem, onChange }: PlaceProps): ReactNode {
  const t = useMcpText();
  const { kind, label, description, isRequired, isSecret, fallback, format } = field;
  const usual = fallback === undefined ? undefined : t.byDefault(cleanText(JSON.stringify(fallback)).slice(0, 200));
  const form = kind === 'text' && format !== undefined && !isSecret ? cleanText(format).slice(0, 40) : undefined;
  const help = [description && cleanText(description), kind === 'list' ? t.onePerLine : form, usual]
    .filter((one) => one !== undefined && one !== '')
    .join(' · ');
  const choices = kind === 'boolean' ? booleans : field.choices;
  const isChoice = kind === 'boolean' || kind === 'choice' || kind === 'choices';
  const isLong = kind === 'list' || kind === 'json';
  const common = {
    size: 'small',
    fullWidth: true,
    label: cleanText(label),
    required: isRequired && fallback === undefined,
    error: problem !== undefined,
    helperText: problem === undefined ? help : t.fieldProblem(problem, limitOf(field, problem)),
  } as const;
  if (kind === 'boolean' && typeof fallback === 'boolean') {
    return (
      <Box>
        <FormControlLabel
          control={
            <Checkbox
              checked={text === '' ? fallback : text === 'true'}
              onChange={(_event, on) => onChange(String(on))}
            />
          }
          label={cleanText(label)}
        />
        <FormHelperText sx={{ mt: 0, ml: 4 }}>{description && cleanText(description)}</FormHelperText>
      </Box>
    );
  }
  if (kind === 'choices') {
    const chosen = listOf(text);
    return (
      <TextField
        {...common}
        select
        value={chosen}
        onChange={({ target }) => {
          const given = target.value as unknown as readonly string[];
          onChange(given.length === 0 ? '' : `[${given.join(',')}]`);
        }}
        slotProps={{ select: { multiple: true } }}
      >
        {choices.map(asItem)}
      </TextField>
    );
  }
  return (
    <TextField
      {...common}
      value={text}
      onChange={(event) => onChange(event.target.value)}
      select={isChoice}
      multiline={isLong}
      minRows={isLong ? 2 : 1}
      {...(isSecret && { type: 'password', autoComplete: 'new-password' })}
      {...(isLong && { slotProps: { htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } } })}
      {...((kind === 'number' || kind === 'integer') && { slotProps: { htmlInput: { inputMode: 'decimal' } } })}
    >
      {isChoice && <MenuItem value="">{t.notGiven}</MenuItem>}
      {isChoice && choices.map(asItem)}
    </TextField>
  );
}

const booleans: readonly Choice[] = [true, false].map((value) => ({ value, label: String(value) }));

function asItem({ value, label }: Choice): ReactNode {
  return (
    <MenuItem key={JSON.stringify(value)} value={JSON.stringify(value)}>
      {cleanText(label).slice(0, 200)}
    </MenuItem>
  );
}

/** What is chosen, each as JSON. */
function listOf(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map((one) => JSON.stringify(one)) : [];
  } catch {
    return [];
  }
}

function limitOf({ rules }: Field, problem: FieldProblem): string {
  const limits: Partial<Record<FieldProblem, string | number | undefined>> = {
    pattern: rules.pattern,
    short: rules.minLength,
    long: rules.maxLength,
    small: rules.minimum,
    large: rules.maximum,
    few: rules.minItems,
    many: rules.maxItems,
  };
  return cleanText(String(limits[problem] ?? '')).slice(0, 200);
}
