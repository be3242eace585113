import { Box, Button, Chip, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { cleanText } from '../../kit/index.ts';
import type { FieldProps } from './fields.tsx';
import { Frame } from './frame.tsx';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import { useChange, useSetting } from './use-settings.ts';

/** Texts, one added or removed at a time. */
export function ListField({ setting: key }: FieldProps): ReactNode {
  const t = useSettingsText();
  const setting = useSetting(key);
  const change = useChange();
  const words = useSettingWords()[key];
  const [draft, setDraft] = useState('');
  const items = Array.isArray(setting.value) ? setting.value.filter((one) => typeof one === 'string') : [];
  const isThere = items.includes(draft.trim());
  return (
    <Frame
      setting={setting}
      change={change}
      problem={isThere ? t.alreadyThere : undefined}
      onReset={() => setDraft('')}
    >
      {({ describedBy, isWrong }) => (
        <Stack
          component="form"
          spacing={1}
          onSubmit={(event) => {
            event.preventDefault();
            const item = draft.trim();
            if (item === '' || isThere) return;
            void change.start({ key, value: [...items, item] }).then((done) => done && setDraft(''));
          }}
        >
          <Box sx={{ display: 'flex', gap: 1 }}>
            <TextField
              fullWidth
              size="small"
              label={words.name}
              disabled={setting.isLocked}
              error={isWrong}
              value={draft}
              onChange={(event) => setDraft(event.target.value)}
              slotProps={{
                htmlInput: { spellCheck: false, autoComplete: 'off', 'aria-describedby': describedBy },
              }}
            />
            <Button
              type="submit"
              aria-label={t.addTo(key)}
              disabled={setting.isLocked || isThere || draft.trim() === ''}
            >
              {t.add}
            </Button>
          </Box>
          <Chips
            items={items}
            isDisabled={setting.isLocked}
            onRemove={(item) => void change.start({ key, value: items.filter((one) => one !== item) })}
          />
        </Stack>
      )}
    </Frame>
  );
}

export interface ChipsProps {
  readonly items: readonly string[];
  readonly isDisabled?: boolean;
  readonly onRemove?: ((item: string) => void) | undefined;
}

export function Chips({ items, isDisabled = false, onRemove }: ChipsProps): ReactNode {
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
          label={cleanText(item)}
          {...(onRemove && !isDisabled && { onDelete: () => onRemove(item), 'aria-label': t.remove(item) })}
        />
      ))}
    </Box>
  );
}
