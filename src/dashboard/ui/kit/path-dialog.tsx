import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogContentText,
  DialogTitle,
  FormControlLabel,
  Stack,
  Switch,
  TextField,
} from '@mui/material';
import { folderBody, type FolderBody } from '#contract';
import { useDeferredValue, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useKitText } from './errors.ts';
import { FolderEntries } from './folder-entries.tsx';
import { parentFolder, pathOf, shownEntries, splitPath } from './folder-paths.ts';
import { ResourceView } from './states.tsx';
import { useResource } from './use-resource.ts';

export interface PathDialogProps {
  readonly title: string;
  readonly text: string;
  readonly kind: 'folder' | 'file';
  /** What names of the files that are meant end with, such as `.gguf`; others are shown when they are asked for. */
  readonly endings?: readonly string[] | undefined;
  /** Where to begin; undefined is the home of the daemon's user. */
  readonly start: string | undefined;
  readonly onChoose: (path: string) => void;
  readonly onClose: () => void;
}

const route = '/gantry/dockerfiles/folder';

/** Chooses a folder or a file of the machine that the daemon runs on. */
export function PathDialog({ title, text, kind, endings, start, onChoose, onClose }: PathDialogProps): ReactNode {
  const t = useKitText();
  const [given, setGiven] = useState(kind === 'folder' && start ? start.replace(/\/*$/, '/') : start);
  // What is typed narrows the list; what was given or chosen from the list does not.
  const [isTyped, setTyped] = useState(false);
  const [isAny, setAny] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const home = useResource({ path: route, schema: folderBody, enabled: given === undefined });
  const path = given ?? (home.data ? `${home.data.root.replace(/\/$/, '')}/` : '');
  const { folder, begins } = splitPath(path);
  const asked = useDeferredValue(new URLSearchParams({ root: '/', path: folder }).toString());
  const listing = useResource({ path: `${route}?${asked}`, schema: folderBody, enabled: path !== '' });
  // An answer about the folder before says nothing about this one.
  const isOfBefore = listing.isRefreshing && listing.data?.path !== folder;
  const entry = isOfBefore ? undefined : listing.data?.entries.find(({ name }) => name === begins);
  const move = (next: string): void => {
    setGiven(next);
    setTyped(false);
  };
  const choose = (chosen: string): void => onChoose(kind === 'folder' ? chosen.replace(/(?<=.)\/+$/, '') : chosen);
  const canChoose = path.startsWith('/') && (kind === 'folder' || begins !== '');
  const submit = (): void => {
    if (kind === 'file' && listing.data && entry?.kind === 'folder') move(pathOf(listing.data.path, entry));
    else if (canChoose) choose(path);
  };
  const entriesOf = (body: FolderBody): FolderBody['entries'] => [
    ...shownEntries(body.entries, { kind, endings: isAny ? undefined : endings, begins: isTyped ? begins : '' }),
  ];
  return (
    <Dialog open onClose={onClose} aria-labelledby="path-title" fullWidth maxWidth="sm">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          // A form around the dialog is another one's.
          event.stopPropagation();
          submit();
        }}
      >
        <DialogTitle id="path-title">{title}</DialogTitle>
        <DialogContent>
          <DialogContentText sx={{ mb: 2 }}>{text}</DialogContentText>
          <TextField
            autoFocus
            fullWidth
            size="small"
            label={t.path}
            value={path}
            onChange={(event) => {
              setGiven(event.target.value);
              setTyped(true);
            }}
            onKeyDown={(event: KeyboardEvent) => {
              if (event.key !== 'ArrowDown') return;
              event.preventDefault();
              list.current?.focus();
            }}
            // What is typed before the home is known would be put behind it.
            slotProps={{ htmlInput: { spellCheck: false, autoComplete: 'off', readOnly: home.isLoading } }}
          />
          <Stack direction="row" sx={{ my: 1, alignItems: 'center', justifyContent: 'space-between' }}>
            <Button size="small" disabled={folder === '/'} onClick={() => move(parentFolder(folder))}>
              {t.up}
            </Button>
            {kind === 'file' && endings && (
              <FormControlLabel
                control={<Switch size="small" checked={isAny} onChange={(_event, any) => setAny(any)} />}
                label={t.anyFile}
              />
            )}
          </Stack>
          <ResourceView resource={listing}>
            {(body) => (
              <FolderEntries
                ref={list}
                entries={entriesOf(body)}
                isCut={body.isCut}
                chosen={isTyped ? undefined : entry?.name}
                onChoose={(one) => move(pathOf(body.path, one))}
                onTake={(one) => choose(pathOf(body.path, one))}
              />
            )}
          </ResourceView>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{t.cancel}</Button>
          <Button type="submit" variant="contained" disabled={!canChoose}>
            {kind === 'folder' ? t.useFolder : t.useFile}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
