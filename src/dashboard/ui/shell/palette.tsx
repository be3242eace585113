import { Box, Dialog, DialogTitle, InputBase, List, ListItemButton, ListItemText, Typography } from '@mui/material';
import { useId, useState, type KeyboardEvent, type ReactNode } from 'react';
import { findEntries, type PaletteEntry } from './find-entries.ts';
import { useShellText } from './shell-text.ts';
import { useThings } from './use-things.ts';

/** Everything by its name: typed, chosen with the arrows, done with Enter. */
export function Palette(props: {
  /** Pages and what is done at once. */
  readonly entries: readonly PaletteEntry[];
  readonly onClose: () => void;
}): ReactNode {
  const { entries, onClose } = props;
  const t = useShellText();
  const id = useId();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState(0);
  const { things, missing } = useThings();
  const { found, left } = findEntries([...entries, ...things], query);
  const chosen = found[Math.min(at, found.length - 1)];
  const run = (entry: PaletteEntry | undefined): void => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) {
      event.preventDefault();
      setAt((before) => (Math.min(before, found.length - 1) + step + found.length) % found.length);
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault();
      run(chosen);
    }
  };
  return (
    <Dialog
      open
      onClose={onClose}
      fullWidth
      maxWidth="sm"
      slotProps={{ paper: { sx: { alignSelf: 'flex-start', mt: '12vh' } } }}
    >
      <DialogTitle
        sx={{ position: 'absolute', width: '1px', height: '1px', p: 0, overflow: 'hidden', clipPath: 'inset(50%)' }}
      >
        {t.palette}
      </DialogTitle>
      <InputBase
        autoFocus
        value={query}
        placeholder={t.palette}
        onChange={(event) => {
          setQuery(event.target.value);
          setAt(0);
        }}
        onKeyDown={onKeyDown}
        sx={{ px: 2, py: 1.5, borderBottom: 1, borderColor: 'divider' }}
        inputProps={{
          role: 'combobox',
          'aria-label': t.palette,
          'aria-expanded': true,
          'aria-controls': `${id}-list`,
          'aria-activedescendant': chosen ? `${id}-${chosen.id}` : undefined,
          'aria-autocomplete': 'list',
        }}
      />
      <List id={`${id}-list`} role="listbox" aria-label={t.palette} dense sx={{ maxHeight: '50vh', overflow: 'auto' }}>
        {found.map((entry) => (
          <ListItemButton
            key={entry.id}
            id={`${id}-${entry.id}`}
            role="option"
            aria-selected={entry === chosen}
            selected={entry === chosen}
            tabIndex={-1}
            onClick={() => run(entry)}
          >
            <ListItemText primary={entry.text} sx={{ overflowWrap: 'anywhere' }} />
            <Typography variant="body2" color="text.secondary" sx={{ ml: 2, flexShrink: 0 }}>
              {entry.group}
            </Typography>
          </ListItemButton>
        ))}
      </List>
      <Box sx={{ px: 2, pb: found.length === 0 || left > 0 || missing.length > 0 ? 1.5 : 0 }} role="status">
        {found.length === 0 && <div>{t.paletteEmpty}</div>}
        {left > 0 && <div>{t.paletteLeft(left)}</div>}
        {missing.length > 0 && <div>{t.paletteMissing(missing)}</div>}
      </Box>
    </Dialog>
  );
}
