import { Box, FormHelperText, IconButton, Typography } from '@mui/material';
import { Lock, RotateCcw } from 'lucide-react';
import { useId, type ReactNode } from 'react';
import { CleanText, type Action } from '../../kit/index.ts';
import type { Setting } from './setting-from.ts';
import { useSettingsText, useSettingWords } from './settings-text.ts';
import type { Change } from './use-settings.ts';

export type ChangeAction = Action<Change | readonly Change[]>;

interface FrameProps {
  readonly setting: Setting;
  readonly change: ChangeAction;
  /** What is wrong before it is sent. */
  readonly problem?: string | undefined;
  /** What was typed and not sent is forgotten too. */
  readonly onReset?: (() => void) | undefined;
  readonly children: (ids: { readonly describedBy: string; readonly isWrong: boolean }) => ReactNode;
}

/** The field with what it does and what is wrong with it; beside it its name on the command line, its default and the way back. */
export function Frame({ setting, change, problem, onReset, children }: FrameProps): ReactNode {
  const words = useSettingWords()[setting.key];
  const describedBy = useId();
  const wrong = problem ?? change.error;
  return (
    <Box
      role="group"
      aria-label={setting.key}
      sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'flex-start', columnGap: 3, rowGap: 0.5 }}
    >
      <Box sx={{ flex: '1 1 340px', minWidth: 0 }}>
        {children({ describedBy, isWrong: wrong !== undefined })}
        <Box id={describedBy}>
          {wrong !== undefined && (
            <FormHelperText role="alert" error sx={{ mx: 0, overflowWrap: 'anywhere' }}>
              <CleanText text={wrong} />
            </FormHelperText>
          )}
          <FormHelperText sx={{ mx: 0 }}>{words.does}</FormHelperText>
        </Box>
      </Box>
      <Origin
        setting={setting}
        onReset={() => {
          onReset?.();
          change.forget();
          if (setting.isSet) void change.start({ key: setting.key, value: null });
        }}
        isDraft={wrong !== undefined}
      />
    </Box>
  );
}

function Origin(props: {
  readonly setting: Setting;
  readonly isDraft: boolean;
  readonly onReset: () => void;
}): ReactNode {
  const { setting, isDraft, onReset } = props;
  const t = useSettingsText();
  const text = useDefaultText(setting);
  const { key, isLocked, lockedBy = '', isSet } = setting;
  return (
    <Box sx={{ flex: '0 1 280px', minWidth: 0, color: 'text.secondary' }}>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 0.5, minHeight: 30 }}>
        <Typography component="code" variant="body2" sx={{ fontFamily: 'monospace', overflowWrap: 'anywhere' }}>
          {key}
        </Typography>
        {isLocked && <Lock size={14} aria-hidden />}
        {(isSet || isDraft) && !isLocked && (
          <IconButton size="small" aria-label={t.reset(key)} data-tip={t.reset(key)} onClick={onReset}>
            <RotateCcw size={14} />
          </IconButton>
        )}
      </Box>
      <Typography variant="body2" component="div" sx={{ overflowWrap: 'anywhere' }}>
        {isLocked ? <CleanText text={t.lockedIn(lockedBy)} /> : isSet ? t.isSet(text) : t.isDefault(text)}
      </Typography>
    </Box>
  );
}

/** The default in the words of the page. */
function useDefaultText({ key, default: value }: Setting): string {
  const t = useSettingsText();
  const words = useSettingWords()[key];
  if (value === true) return t.on;
  if (value === false) return t.offState;
  if (typeof value === 'string') return words.options?.[value] ?? value;
  if (value === null) return words.unset ?? t.none;
  if (typeof value === 'object') return Object.keys(value as object).length === 0 ? t.none : JSON.stringify(value);
  return JSON.stringify(value);
}
