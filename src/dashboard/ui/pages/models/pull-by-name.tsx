import { Box, Button, TextField } from '@mui/material';
import { Download } from 'lucide-react';
import { useState, type ReactNode } from 'react';
import { useTransfers } from '../../kit/index.ts';
import { useModelsText } from './models-text.ts';

/** Starts a pull, whose progress is shown above the page. */
export function usePull(): (name: string) => void {
  const t = useModelsText();
  const { start } = useTransfers();
  return (name) =>
    start({
      title: t.pulling(name),
      request: { path: '/models/create', method: 'POST', body: { from: name } },
      changes: ['/models', '/engines'],
      kept: t.keptOfPull,
    });
}

export function PullByName(): ReactNode {
  const t = useModelsText();
  const pull = usePull();
  const [name, setName] = useState('');
  return (
    <Box
      component="form"
      sx={{ display: 'flex', gap: 1 }}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === '') return;
        pull(name.trim());
        setName('');
      }}
    >
      <TextField
        size="small"
        fullWidth
        label={t.pullByName}
        value={name}
        onChange={(event) => setName(event.target.value)}
        slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      />
      <Button type="submit" variant="contained" startIcon={<Download size={18} />} sx={{ flexShrink: 0 }}>
        {t.pull}
      </Button>
    </Box>
  );
}
