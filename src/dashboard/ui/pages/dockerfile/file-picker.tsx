import {
  Alert,
  Box,
  Button,
  List,
  ListItemButton,
  ListItemIcon,
  ListItemText,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { folderBody } from '#contract';
import { CornerLeftUp, File, FileCode, Folder } from 'lucide-react';
import { useState, type FormEvent, type ReactNode } from 'react';
import { CleanText, ResourceView, useResource } from '../../kit/index.ts';
import { useText } from './text.ts';

export interface Place {
  /** Undefined: the home of the daemon's user. */
  readonly root: string | undefined;
  readonly path: string;
}

const icons = { folder: Folder, dockerfile: FileCode, file: File };

/** Looks for a file on the machine of the daemon, in a folder and below. */
export function FilePicker({ onPick }: { readonly onPick: (place: Place) => void }): ReactNode {
  const t = useText();
  const [root, setRoot] = useState<string>();
  const [typed, setTyped] = useState('');
  const [path, setPath] = useState('.');
  const query = new URLSearchParams({ path, ...(root === undefined ? {} : { root }) });
  const folder = useResource({ path: `/gantry/dockerfiles/folder?${query}`, schema: folderBody });
  return (
    <Stack spacing={1}>
      <Box
        component="form"
        aria-label={t.folder}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          setRoot(typed.trim() === '' ? undefined : typed.trim());
          setPath('.');
        }}
        sx={{ display: 'flex', gap: 1 }}
      >
        <TextField
          size="small"
          fullWidth
          label={t.folder}
          value={typed}
          placeholder={folder.data?.root}
          onChange={(event) => setTyped(event.target.value)}
        />
        <Button type="submit" variant="outlined">
          {t.openFolder}
        </Button>
      </Box>
      <ResourceView resource={folder}>
        {(listing) => (
          <>
            <Typography variant="body2" color="text.secondary">
              <CleanText text={listing.path} />
            </Typography>
            <List
              dense
              aria-label={t.entries}
              sx={{ maxHeight: '40vh', overflow: 'auto', border: 1, borderColor: 'divider', borderRadius: 1 }}
            >
              {listing.parent !== null && (
                <li>
                  <ListItemButton onClick={() => setPath(listing.parent ?? '.')}>
                    <ListItemIcon sx={{ minWidth: 32 }}>
                      <CornerLeftUp size={16} />
                    </ListItemIcon>
                    <ListItemText primary={t.up} />
                  </ListItemButton>
                </li>
              )}
              {listing.entries.map(({ name, kind }) => {
                const Icon = icons[kind];
                const whole = `${listing.path}/${name}`;
                return (
                  <li key={name}>
                    <ListItemButton
                      disabled={kind === 'file'}
                      onClick={() => (kind === 'folder' ? setPath(whole) : onPick({ root, path: whole }))}
                    >
                      <ListItemIcon sx={{ minWidth: 32 }}>
                        <Icon size={16} />
                      </ListItemIcon>
                      <ListItemText primary={<CleanText text={name} />} />
                    </ListItemButton>
                  </li>
                );
              })}
            </List>
            {listing.entries.length === 0 && <Typography color="text.secondary">{t.noEntries}</Typography>}
            {listing.isCut && <Alert severity="info">{t.cut}</Alert>}
          </>
        )}
      </ResourceView>
    </Stack>
  );
}
