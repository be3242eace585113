import { FormControlLabel, MenuItem, Switch, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import type { SettingKey } from '../../messages/en/setting-words.ts';
import { Frame, type ChangeAction } from './frame.tsx';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';

export interface FieldProps {
  /** As the command line names it. */
  readonly setting: SettingKey;
}

export function SwitchField({ setting: key }: FieldProps): ReactNode {
  const setting = useSetting(key);
  const change = useChange();
  const words = useSettingWords()[key];
  // Moves at once, and back where the daemon does not accept it.
  const [wanted, setWanted] = useState<boolean>();
  return (
    <Frame setting={setting} change={change}>
      {({ describedBy }) => (
        <FormControlLabel
          label={words.name}
          disabled={setting.isLocked}
          control={
            <Switch
              checked={wanted ?? setting.value === true}
              slotProps={{ input: { 'aria-describedby': describedBy } }}
              onChange={(_event, value) => {
                setWanted(value);
                void change.start({ key, value }).then(() => setWanted(undefined));
              }}
            />
          }
        />
      )}
    </Frame>
  );
}

export function SelectField({ setting: key }: FieldProps): ReactNode {
  const setting = useSetting(key);
  const change = useChange();
  const words = useSettingWords()[key];
  const [wanted, setWanted] = useState<string>();
  return (
    <Frame setting={setting} change={change}>
      {({ describedBy, isWrong }) => (
        <TextField
          select
          fullWidth
          size="small"
          label={words.name}
          disabled={setting.isLocked}
          error={isWrong}
          value={wanted ?? (typeof setting.value === 'string' ? setting.value : '')}
          slotProps={{ select: { SelectDisplayProps: { 'aria-describedby': describedBy } } }}
          onChange={({ target: { value } }) => {
            setWanted(value);
            void change.start({ key, value }).then(() => setWanted(undefined));
          }}
        >
          {Object.entries(words.options ?? {}).map(([value, text]) => (
            <MenuItem key={value} value={value}>
              {text}
            </MenuItem>
          ))}
        </TextField>
      )}
    </Frame>
  );
}

export interface InputFieldProps extends FieldProps {
  /** `size` is text, or a number of bytes. */
  readonly kind: 'text' | 'number' | 'size';
  /** Asks first, instead of changing it. */
  readonly onWanted?: ((value: string | number | null) => void) | undefined;
}

/** Changed when it is left, or with Enter; empty goes back to the default. What is refused stays, to be put right. */
export function InputField({ setting: key, kind, onWanted }: InputFieldProps): ReactNode {
  const t = useSettingsText();
  const setting = useSetting(key);
  const change = useChange();
  const words = useSettingWords()[key];
  const current = textOf(setting.value);
  const [draft, setDraft] = useState<string>();
  const [sent, setSent] = useState<string>();
  const isBad = kind === 'number' && draft !== undefined && !/^(-?\d{1,15})?$/.test(draft.trim());
  const forget = (): void => {
    setDraft(undefined);
    setSent(undefined);
  };
  const finish = (): void => {
    if (draft === undefined || isBad) return;
    const text = draft.trim();
    // Enter sends it, and leaving the field would send it again.
    if (text === sent) return;
    const value = valueOf(text, kind);
    if (onWanted || text === current) {
      forget();
      if (text !== current) onWanted?.(value);
      return;
    }
    setSent(text);
    void change.start({ key, value }).then((done) => done && forget());
  };
  return (
    <Frame
      setting={setting}
      change={onWanted ? asking(change, onWanted) : change}
      problem={isBad ? t.wholeNumber : undefined}
      onReset={forget}
    >
      {({ describedBy, isWrong }) => (
        <TextField
          fullWidth
          size="small"
          label={words.name}
          disabled={setting.isLocked}
          error={isWrong}
          placeholder={words.unset}
          value={draft ?? current}
          onChange={(event) => setDraft(event.target.value)}
          onBlur={finish}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              // Else the same key presses the button that has the focus in the dialog that opens.
              event.preventDefault();
              finish();
            }
            if (event.key !== 'Escape') return;
            forget();
            change.forget();
          }}
          slotProps={{
            htmlInput: {
              spellCheck: false,
              autoComplete: 'off',
              inputMode: kind === 'number' ? 'numeric' : 'text',
              'aria-describedby': describedBy,
            },
          }}
        />
      )}
    </Frame>
  );
}

/** The way back asks first, too. */
function asking(change: ChangeAction, onWanted: (value: null) => void): ChangeAction {
  return {
    ...change,
    start: () => {
      onWanted(null);
      return Promise.resolve(false);
    },
  };
}

function valueOf(text: string, kind: InputFieldProps['kind']): string | number | null {
  if (text === '') return null;
  const isNumber = kind === 'number' || (kind === 'size' && /^\d{1,15}$/.test(text));
  return isNumber ? Number(text) : text;
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
