import { Box, Button, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { parse, stringify, YAMLParseError } from 'yaml';
import { CommandHint, useKitText } from '../../kit/index.ts';
import type { FieldProps } from './fields.tsx';
import { Frame } from './frame.tsx';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';
import { examples } from './yaml-examples.ts';

type Read = { readonly value: unknown } | { readonly problem: string };

/** What has parts, as the settings file has it. The daemon says what it does not accept, at the field. */
export function YamlField({ setting: key }: FieldProps): ReactNode {
  const t = useSettingsText();
  const kit = useKitText();
  const setting = useSetting(key);
  const change = useChange();
  const words = useSettingWords()[key];
  const current = textOf(setting.value);
  const [draft, setDraft] = useState<string>();
  const read = draft === undefined ? undefined : readYaml(draft);
  const forget = (): void => {
    setDraft(undefined);
    change.forget();
  };
  const save = (): void => {
    if (!read || 'problem' in read) return;
    void change.start({ key, value: read.value }).then((done) => done && setDraft(undefined));
  };
  return (
    <Frame
      setting={setting}
      change={change}
      problem={read && 'problem' in read ? `${t.badYaml} ${read.problem}` : undefined}
      onReset={() => setDraft(undefined)}
    >
      {({ describedBy, isWrong }) => (
        <>
          <TextField
            fullWidth
            multiline
            maxRows={16}
            size="small"
            label={words.name}
            disabled={setting.isLocked || setting.isHidden}
            error={isWrong}
            value={draft ?? current}
            placeholder={examples[key]}
            onChange={(event) => setDraft(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') forget();
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) save();
            }}
            slotProps={{
              htmlInput: {
                spellCheck: false,
                'aria-describedby': describedBy,
                style: { fontFamily: 'monospace', fontSize: '0.85rem' },
              },
            }}
          />
          {setting.isHidden && (
            <>
              <Typography variant="body2" color="text.secondary">
                {t.hiddenPart}
              </Typography>
              <CommandHint command={`gantry settings set ${key}.… VALUE`} />
            </>
          )}
          {draft !== undefined && draft !== current && (
            <Box sx={{ display: 'flex', gap: 1, my: 0.5 }}>
              <Button
                size="small"
                variant="contained"
                aria-label={t.saveOf(key)}
                disabled={read === undefined || 'problem' in read}
                loading={change.isRunning}
                onClick={save}
              >
                {t.save}
              </Button>
              <Button size="small" onClick={forget}>
                {kit.cancel}
              </Button>
            </Box>
          )}
        </>
      )}
    </Frame>
  );
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object' && Object.keys(value).length === 0) return '';
  return stringify(value).trimEnd();
}

/** Nothing goes back to the default. */
function readYaml(text: string): Read {
  if (text.trim() === '') return { value: null };
  try {
    return { value: parse(text, { maxAliasCount: 0 }) };
  } catch (error) {
    return { problem: error instanceof YAMLParseError ? (error.message.split('\n')[0] ?? '') : '' };
  }
}
