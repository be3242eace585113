import { MenuItem, TextField, Typography } from '@mui/material';
import { useColorScheme } from '@mui/material/styles';
import type { ReactNode } from 'react';
import { useLanguage } from '../../kit/index.ts';
import { useShellText } from '../../shell/shell-text.ts';
import { useSettingsText } from './settings-text.ts';

/** What is chosen here holds in this browser alone. */
export function ThisBrowser(): ReactNode {
  const t = useSettingsText();
  const shell = useShellText();
  const { chosen, choose } = useLanguage();
  const { mode, setMode } = useColorScheme();
  return (
    <>
      <Typography variant="body2" color="text.secondary">
        {t.here}
      </Typography>
      <TextField
        select
        size="small"
        label={shell.language}
        value={chosen ?? 'browser'}
        onChange={({ target: { value } }) => choose(value === 'en' || value === 'zh' ? value : undefined)}
      >
        <MenuItem value="en">English</MenuItem>
        <MenuItem value="zh">简体中文</MenuItem>
        <MenuItem value="browser">{shell.browserLanguage}</MenuItem>
      </TextField>
      <TextField
        select
        size="small"
        label={shell.theme}
        value={mode ?? 'system'}
        onChange={({ target: { value } }) => setMode(value === 'light' || value === 'dark' ? value : 'system')}
      >
        <MenuItem value="light">{shell.light}</MenuItem>
        <MenuItem value="dark">{shell.dark}</MenuItem>
        <MenuItem value="system">{shell.system}</MenuItem>
      </TextField>
    </>
  );
}
