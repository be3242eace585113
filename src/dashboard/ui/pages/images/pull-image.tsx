import { Box, Button, TextField } from '@mui/material';
import { useState, type FormEvent, type ReactNode } from 'react';
import { CommandHint } from '../../kit/index.ts';
import { useText } from './text.ts';
import { useImageTransfers } from './use-image-transfers.ts';

/** Pulls an image by its name; how far it is stands above every page. */
export function PullImage(): ReactNode {
  const t = useText();
  const { pull } = useImageTransfers();
  const [name, setName] = useState('');
  const wanted = name.trim();
  return (
    <Box
      component="form"
      aria-label={t.pull}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        if (wanted !== '') pull(wanted);
      }}
      sx={{ display: 'flex', gap: 1, flexWrap: 'wrap', alignItems: 'center' }}
    >
      <TextField
        size="small"
        label={t.pullName}
        value={name}
        onChange={(event) => setName(event.target.value)}
        slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off' } }}
      />
      <Button type="submit" variant="outlined" disabled={wanted === ''}>
        {t.pullStart}
      </Button>
      <CommandHint command={`docker pull ${wanted || 'IMAGE'}`} />
    </Box>
  );
}
