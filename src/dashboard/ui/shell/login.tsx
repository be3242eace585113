import { Alert, Box, Button, Paper, Stack, TextField, Typography } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, errorText, useKitText, type ApiError } from '../kit/index.ts';
import type { Session } from './session.ts';
import { useShellText } from './shell-text.ts';

/** Asks for an API key; the page comes back as it was. */
export function Login({ session, refusal }: { readonly session: Session; readonly refusal: ApiError }): ReactNode {
  const t = useShellText();
  const kit = useKitText();
  const [key, setKey] = useState('');
  return (
    <Box component="main" sx={{ display: 'grid', placeItems: 'center', minHeight: '100vh', p: 2 }}>
      <Paper
        component="form"
        variant="outlined"
        sx={{ p: 4, width: '100%', maxWidth: 480 }}
        onSubmit={(event) => {
          event.preventDefault();
          if (key.trim() !== '') session.enter(key.trim());
        }}
      >
        <Stack spacing={2}>
          <Typography variant="h5" component="h1">
            {t.login}
          </Typography>
          <Typography color="text.secondary">{t.loginText}</Typography>
          <CommandHint command="gantry key create dashboard --scope admin" />
          {refusal.params['reason'] !== 'missing' && <Alert severity="error">{errorText(refusal, kit)}</Alert>}
          <TextField
            autoFocus
            label={t.key}
            type="password"
            value={key}
            onChange={(event) => setKey(event.target.value)}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
          />
          <Typography variant="body2" color="text.secondary">
            {t.keyStays}
          </Typography>
          <Button type="submit" variant="contained">
            {t.enter}
          </Button>
        </Stack>
      </Paper>
    </Box>
  );
}
