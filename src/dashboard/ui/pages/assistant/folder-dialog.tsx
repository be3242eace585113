import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  List,
  ListItemButton,
  ListItemText,
  TextField,
  Typography,
} from '@mui/material';
import { useDeferredValue, useState, type ReactNode } from 'react';
import { folderBody, projectFilesBody } from '#contract';
import { cleanText, ResourceView, useResource } from '../../kit/index.ts';
import { base, useAssistantText } from './text.ts';

/** Chooses a folder of the machine that the daemon runs on, from `start` or the home of its user on. */
export function FolderDialog(props: {
  readonly start: string | undefined;
  readonly onChoose: (path: string) => void;
  readonly onClose: () => void;
}): ReactNode {
  const t = useAssistantText();
  const [typed, setPath] = useState(props.start);
  const home = useResource({
    path: '/gantry/dockerfiles/folder',
    schema: folderBody,
    enabled: props.start === undefined,
  });
  const path = typed ?? home.data?.root ?? '';
  const directory = path.startsWith('/') ? path : '/';
  const isRoot = directory === '/';
  return (
    <Dialog open onClose={props.onClose} aria-labelledby="folder-title" fullWidth maxWidth="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (path.startsWith('/')) props.onChoose(path);
        }}
      >
        <DialogTitle id="folder-title">{t.chooseDirectory}</DialogTitle>
        <DialogContent>
          <DialogContentText sx={{ mb: 2 }}>{t.directoryText}</DialogContentText>
          <TextField
            autoFocus
            fullWidth
            size="small"
            label={t.path}
            value={path}
            onChange={(event) => setPath(event.target.value)}
          />
          <Button size="small" disabled={isRoot} onClick={() => setPath(parentOf(directory))} sx={{ mt: 1 }}>
            {t.up}
          </Button>
          <FileNames
            directory={directory}
            prefix=""
            wanted={(name) => name.endsWith('/')}
            onChoose={(name) => setPath(`${isRoot ? '' : directory.replace(/\/$/, '')}/${name.replace(/\/$/, '')}`)}
          />
        </DialogContent>
        <DialogActions>
          <Button onClick={props.onClose}>{t.cancel}</Button>
          <Button type="submit" variant="contained" disabled={!path.startsWith('/')}>
            {t.use}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

/** Names inside a folder, with what they are completed from. */
export function FileNames(props: {
  readonly directory: string;
  readonly prefix: string;
  readonly wanted: (name: string) => boolean;
  readonly onChoose: (name: string) => void;
}): ReactNode {
  const t = useAssistantText();
  const asked = useDeferredValue(
    `directory=${encodeURIComponent(props.directory)}&prefix=${encodeURIComponent(props.prefix)}`,
  );
  const files = useResource({ path: `${base}/files?${asked}`, schema: projectFilesBody });
  return (
    <ResourceView resource={files}>
      {({ paths, truncated }) => {
        const shown = paths.filter((path) => path !== props.prefix && props.wanted(path));
        return (
          <>
            {shown.length === 0 && <Typography color="text.secondary">{t.noFiles}</Typography>}
            <List dense component="div" sx={{ maxHeight: 320, overflowY: 'auto' }}>
              {shown.map((path) => (
                <ListItemButton key={path} onClick={() => props.onChoose(path)}>
                  <ListItemText primary={cleanText(path)} sx={{ overflowWrap: 'anywhere' }} />
                </ListItemButton>
              ))}
            </List>
            {truncated && <Typography color="text.secondary">{t.tooMany}</Typography>}
          </>
        );
      }}
    </ResourceView>
  );
}

function parentOf(path: string): string {
  const trimmed = path.replace(/\/+$/, '');
  return trimmed.slice(0, trimmed.lastIndexOf('/')) || '/';
}
