import { mcpCatalogDone } from '#contract';
import {
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  Stack,
  TextField,
  Typography,
} from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, cutLine, useAction, useKitText } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { PickFile, type PickedFile } from './pick-file.tsx';
import { followEvents } from './stream.ts';
import { useMcpText } from './text.ts';

type Kind = 'pull' | 'catalog' | 'upload' | 'registry';

const examples = {
  pull: 'mcp/docker-mcp-catalog',
  catalog: '/home/me/catalog.yaml',
  registry: 'https://registry.modelcontextprotocol.io',
} as const;

/** Gets a catalogue from a registry, a file of the daemon's machine or of the browser's, or an address. */
export function ImportCatalog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const [kind, setKind] = useState<Kind>('pull');
  const [place, setPlace] = useState('');
  const [file, setFile] = useState<PickedFile>();
  const isReady = kind === 'upload' ? file !== undefined : place.trim() !== '';
  const action = useAction({
    run: async (api) => {
      const at = place.trim();
      const request =
        kind === 'pull'
          ? { path: `${paths.catalogs}/pull`, body: { ref: at } }
          : {
              path: `${paths.catalogs}/import`,
              body: kind === 'upload' ? { text: file?.text ?? '' } : { place: at, kind },
            };
      return mcpCatalogDone.parse(await followEvents(api, { ...request, method: 'POST' }, { last: 'done' }));
    },
    changes: concerned['catalogs'],
    done: ({ title, servers }) => t.imported(title, servers.length),
  });
  const start = async (): Promise<void> => {
    if (await action.start()) onClose();
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="import-title">
      <DialogTitle id="import-title">{t.importCatalog}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          <TextField select label={t.from} value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            <MenuItem value="pull">{t.fromRegistry}</MenuItem>
            <MenuItem value="upload">{t.fromUpload}</MenuItem>
            <MenuItem value="catalog">{t.fromFile}</MenuItem>
            <MenuItem value="registry">{t.fromCommunity}</MenuItem>
          </TextField>
          {kind === 'upload' ? (
            <>
              <PickFile onFile={setFile} />
              {file && <Typography role="status">{cutLine(file.name, 200).text}</Typography>}
            </>
          ) : (
            <TextField
              label={t.placeOf(kind)}
              placeholder={examples[kind]}
              value={place}
              onChange={(event) => setPlace(event.target.value)}
              required
            />
          )}
          <CommandHint
            command={
              kind === 'pull'
                ? `gantry mcp catalog pull ${place || 'REF'}`
                : `gantry mcp catalog import ${kind === 'registry' ? `--mcp-registry ${place || 'URL'}` : kind === 'upload' ? (file?.name ?? 'FILE') : place || 'FILE'}`
            }
          />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{kit.cancel}</Button>
        <Button variant="contained" disabled={!isReady} loading={action.isRunning} onClick={() => void start()}>
          {t.import}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
