import {
  Box,
  Button,
  Chip,
  FormControlLabel,
  IconButton,
  MenuItem,
  Stack,
  Switch,
  TextField,
  Tooltip,
  Typography,
} from '@mui/material';
import { Lock, RotateCcw } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useSettingsText } from './settings-text.ts';
import { useChange, useSetting, type Setting } from './use-settings.ts';

interface FieldProps {
  /** As the command line names it. */
  readonly setting: string;
  readonly label: string;
}

/** The field, and beside it its name on the command line and the way back. */
function Frame({ setting, children }: { readonly setting: Setting; readonly children: ReactNode }): ReactNode {
  const t = useSettingsText();
  const change = useChange();
  const { key, isLocked, isSet } = setting;
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', columnGap: 2, rowGap: 0.5 }}>
      <Box sx={{ flex: '1 1 320px', minWidth: 0 }}>{children}</Box>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, minWidth: 240, color: 'text.secondary' }}>
        <Typography component="code" variant="body2" sx={{ fontFamily: 'monospace' }}>
          {key}
        </Typography>
        <Typography variant="body2">· {isLocked ? t.locked : isSet ? t.isSet : t.isDefault}</Typography>
        {isLocked && <Lock size={14} aria-hidden />}
        {isSet && (
          <Tooltip title={t.reset(key)}>
            <IconButton size="small" aria-label={t.reset(key)} onClick={() => void change.start({ key, value: null })}>
              <RotateCcw size={14} />
            </IconButton>
          </Tooltip>
        )}
      </Box>
    </Box>
  );
}

export function SwitchField({ setting: key, label }: FieldProps): ReactNode {
  const setting = useSetting(key);
  const change = useChange();
  // Moves at once, and back where the daemon does not accept it.
  const [wanted, setWanted] = useState<boolean>();
  return (
    <Frame setting={setting}>
      <FormControlLabel
        label={label}
        disabled={setting.isLocked}
        control={
          <Switch
            checked={wanted ?? setting.value === true}
            onChange={(_event, value) => {
              setWanted(value);
              void change.start({ key, value }).then(() => setWanted(undefined));
            }}
          />
        }
      />
    </Frame>
  );
}

export interface Option {
  readonly value: string;
  readonly text: string;
}

export function SelectField({
  setting: key,
  label,
  options,
}: FieldProps & { readonly options: readonly Option[] }): ReactNode {
  const setting = useSetting(key);
  const change = useChange();
  return (
    <Frame setting={setting}>
      <TextField
        select
        fullWidth
        size="small"
        label={label}
        disabled={setting.isLocked}
        value={typeof setting.value === 'string' ? setting.value : ''}
        onChange={(event) => void change.start({ key, value: event.target.value })}
      >
        {options.map(({ value, text }) => (
          <MenuItem key={value} value={value}>
            {text}
          </MenuItem>
        ))}
      </TextField>
    </Frame>
  );
}

export interface TextFieldProps extends FieldProps {
  readonly kind: 'text' | 'number';
  /** Asks first, instead of changing it. */
  readonly onWanted?: ((value: string | number | null) => void) | undefined;
}

/** Changed when it is left, or with Enter; empty goes back to the default. */
export function InputField({ setting: key, label, kind, onWanted }: TextFieldProps): ReactNode {
  const t = useSettingsText();
  const setting = useSetting(key);
  const change = useChange();
  const current = textOf(setting.value);
  const [draft, setDraft] = useState<string>();
  const isBad = kind === 'number' && draft !== undefined && draft.trim() !== '' && !/^\d{1,15}$/.test(draft.trim());
  const finish = (): void => {
    if (draft === undefined || isBad) return;
    const text = draft.trim();
    setDraft(undefined);
    if (text === current) return;
    const value = text === '' ? null : kind === 'number' ? Number(text) : text;
    if (onWanted) onWanted(value);
    else void change.start({ key, value });
  };
  return (
    <Frame setting={setting}>
      <TextField
        fullWidth
        size="small"
        label={label}
        disabled={setting.isLocked}
        error={isBad}
        helperText={isBad && t.wholeNumber}
        value={draft ?? (change.given ? textOf(change.given.value) : current)}
        onChange={(event) => setDraft(event.target.value)}
        onBlur={finish}
        onKeyDown={(event) => {
          if (event.key === 'Enter') finish();
          if (event.key === 'Escape') setDraft(undefined);
        }}
        slotProps={{
          htmlInput: { spellCheck: false, autoComplete: 'off', inputMode: kind === 'number' ? 'numeric' : 'text' },
        }}
      />
    </Frame>
  );
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** Texts, one added or removed at a time. */
export function ListField({ setting: key, label }: FieldProps): ReactNode {
  const t = useSettingsText();
  const setting = useSetting(key);
  const change = useChange();
  const [draft, setDraft] = useState('');
  const items = Array.isArray(setting.value) ? setting.value.filter((one) => typeof one === 'string') : [];
  return (
    <Frame setting={setting}>
      <Stack
        component="form"
        spacing={1}
        onSubmit={(event) => {
          event.preventDefault();
          const item = draft.trim();
          if (item === '' || items.includes(item)) return;
          void change.start({ key, value: [...items, item] }).then((done) => done && setDraft(''));
        }}
      >
        <Box sx={{ display: 'flex', gap: 1 }}>
          <TextField
            fullWidth
            size="small"
            label={label}
            disabled={setting.isLocked}
            value={draft}
            onChange={(event) => setDraft(event.target.value)}
            slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
          />
          <Button type="submit" aria-label={t.addTo(key)} disabled={setting.isLocked || draft.trim() === ''}>
            {t.add}
          </Button>
        </Box>
        <Chips
          items={items}
          onRemove={
            setting.isLocked
              ? undefined
              : (item) => void change.start({ key, value: items.filter((one) => one !== item) })
          }
        />
      </Stack>
    </Frame>
  );
}

export function Chips({
  items,
  onRemove,
}: {
  readonly items: readonly string[];
  readonly onRemove?: ((item: string) => void) | undefined;
}): ReactNode {
  const t = useSettingsText();
  if (items.length === 0) {
    return (
      <Typography variant="body2" color="text.secondary">
        {t.nothing}
      </Typography>
    );
  }
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 0.5 }}>
      {items.map((item) => (
        <Chip
          key={item}
          size="small"
          label={item}
          {...(onRemove && { onDelete: () => onRemove(item), 'aria-label': t.remove(item) })}
        />
      ))}
    </Box>
  );
}
