import { mcpCatalogDone } from '#contract';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, MenuItem, Stack, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useAction, useKitText } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { followEvents } from './stream.ts';
import { useMcpText } from './text.ts';

type Kind = 'pull' | 'catalog' | 'registry';

/** Gets a catalogue from a registry, a file of the daemon's machine, or an address. */
export function ImportCatalog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const [kind, setKind] = useState<Kind>('pull');
  const [place, setPlace] = useState('');
  const action = useAction({
    run: async (api, given: { kind: Kind; place: string }) => {
      const request =
        given.kind === 'pull'
          ? { path: `${paths.catalogs}/pull`, body: { ref: given.place } }
          : { path: `${paths.catalogs}/import`, body: { place: given.place, kind: given.kind } };
      return mcpCatalogDone.parse(await followEvents(api, { ...request, method: 'POST' }, { last: 'done' }));
    },
    changes: concerned['catalogs'],
    done: ({ title, servers }) => t.imported(title, servers.length),
  });
  const start = async (): Promise<void> => {
    if (await action.start({ kind, place: place.trim() })) onClose();
  };
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="import-title">
      <DialogTitle id="import-title">{t.importCatalog}</DialogTitle>
      <DialogContent>
        <Stack spacing={2} sx={{ pt: 1 }}>
          <TextField select label={t.from} value={kind} onChange={(event) => setKind(event.target.value as Kind)}>
            <MenuItem value="pull">{t.fromRegistry}</MenuItem>
            <MenuItem value="catalog">{t.fromFile}</MenuItem>
            <MenuItem value="registry">{t.fromCommunity}</MenuItem>
          </TextField>
          <TextField
            label={t.placeOf(kind)}
            placeholder={
              kind === 'pull'
                ? 'mcp/docker-mcp-catalog'
                : kind === 'catalog'
                  ? '/home/me/catalog.yaml'
                  : 'https://registry.modelcontextprotocol.io'
            }
            value={place}
            onChange={(event) => setPlace(event.target.value)}
            required
          />
          <CommandHint
            command={
              kind === 'pull'
                ? `gantry mcp catalog pull ${place || 'REF'}`
                : `gantry mcp catalog import ${kind === 'registry' ? `--mcp-registry ${place || 'URL'}` : place || 'FILE'}`
            }
          />
        </Stack>
      </DialogContent>
      <DialogActions>
        <Button onClick={onClose}>{kit.cancel}</Button>
        <Button
          variant="contained"
          disabled={place.trim() === ''}
          loading={action.isRunning}
          onClick={() => void start()}
        >
          {t.import}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
