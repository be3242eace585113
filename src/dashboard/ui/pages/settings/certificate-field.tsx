import { Button, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import type { FieldProps } from './fields.tsx';
import { Frame } from './frame.tsx';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';

const certificateKey = 'server.tls.certificate';
const keyKey = 'server.tls.key';
type CertificateKey = typeof certificateKey | typeof keyKey;

/** A certificate and its key: both are named, or neither. What is typed in one field waits for the other. */
export function CertificateField(): ReactNode {
  const t = useSettingsText();
  const change = useChange();
  const [drafts, setDrafts] = useState<Readonly<Partial<Record<CertificateKey, string>>>>({});
  const saved: Readonly<Record<CertificateKey, string>> = {
    [certificateKey]: useText(certificateKey),
    [keyKey]: useText(keyKey),
  };
  const wanted: Readonly<Record<CertificateKey, string>> = { ...saved, ...drafts };
  const isChanged = ([certificateKey, keyKey] as const).some((key) => wanted[key] !== saved[key]);
  const part = (setting: CertificateKey): ReactNode => (
    <Part
      setting={setting}
      change={change}
      value={wanted[setting]}
      onChange={(text) => setDrafts((before) => ({ ...before, [setting]: text }))}
      onReset={() => setDrafts({})}
    />
  );
  return (
    <>
      {part(certificateKey)}
      {part(keyKey)}
      {isChanged && (
        <Button
          variant="contained"
          size="small"
          sx={{ alignSelf: 'flex-start' }}
          loading={change.isRunning}
          onClick={() => {
            const changes = Object.entries(wanted).map(([key, text]) => ({ key, value: text.trim() || null }));
            void change.start(changes).then((done) => done && setDrafts({}));
          }}
        >
          {t.saveCertificate}
        </Button>
      )}
    </>
  );
}

function useText(key: CertificateKey): string {
  const { value } = useSetting(key);
  return typeof value === 'string' ? value : '';
}

interface PartProps extends FieldProps {
  readonly change: ReturnType<typeof useChange>;
  readonly value: string;
  readonly onChange: (text: string) => void;
  readonly onReset: () => void;
}

function Part({ setting: key, change, value, onChange, onReset }: PartProps): ReactNode {
  const setting = useSetting(key);
  const words = useSettingWords()[key];
  // The way back takes both, since one alone is refused.
  const both: typeof change = {
    ...change,
    start: () =>
      change.start([
        { key: certificateKey, value: null },
        { key: keyKey, value: null },
      ]),
  };
  return (
    <Frame setting={setting} change={both} onReset={onReset}>
      {({ describedBy, isWrong }) => (
        <TextField
          fullWidth
          size="small"
          label={words.name}
          disabled={setting.isLocked}
          error={isWrong}
          value={value}
          placeholder={words.unset}
          onChange={(event) => onChange(event.target.value)}
          slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off', 'aria-describedby': describedBy } }}
        />
      )}
    </Frame>
  );
}
