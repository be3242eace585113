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
import { DockerfileList } from './dockerfile-list.tsx';
import { placeQuery, type Place } from './place.ts';
import { useText } from './text.ts';

const icons = { folder: Folder, dockerfile: FileCode, file: File };

export interface FilePickerProps {
  readonly onPick: (place: Place) => void;
  /** A Dockerfile is to be made for this folder. */
  readonly onMake: (folder: Place) => void;
}

/** Looks for a file on the machine of the daemon, in a folder and below. */
export function FilePicker({ onPick, onMake }: FilePickerProps): ReactNode {
  const t = useText();
  const [root, setRoot] = useState<string>();
  const [typed, setTyped] = useState('');
  const [path, setPath] = useState('.');
  const [isSearching, setSearching] = useState(false);
  const here = { root, path };
  const folder = useResource({ path: `/gantry/dockerfiles/folder?${placeQuery(here)}`, schema: folderBody });
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
            <Stack direction="row" spacing={1} useFlexGap sx={{ flexWrap: 'wrap' }}>
              <Button
                size="small"
                variant="outlined"
                aria-pressed={isSearching}
                onClick={() => setSearching(!isSearching)}
              >
                {t.findAll}
              </Button>
              <Button size="small" variant="outlined" onClick={() => onMake({ root, path: listing.path })}>
                {t.make}
              </Button>
            </Stack>
            {isSearching && <DockerfileList key={listing.path} folder={{ root, path: listing.path }} onPick={onPick} />}
          </>
        )}
      </ResourceView>
    </Stack>
  );
}
