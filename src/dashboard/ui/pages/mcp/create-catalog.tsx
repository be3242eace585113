import { mcpCatalogDone, mcpProfilesBody } from '#contract';
import { Button, Dialog, DialogActions, DialogContent, DialogTitle, MenuItem, Stack, TextField } from '@mui/material';
import { useState, type ReactNode } from 'react';
import { CommandHint, useAction, useKitText, useResource } from '../../kit/index.ts';
import { concerned, paths } from './paths.ts';
import { useMcpText } from './text.ts';

/** An own catalogue: of the servers of a profile, or of those that addresses name. */
export function CreateCatalog({ onClose }: { readonly onClose: () => void }): ReactNode {
  const t = useMcpText();
  const kit = useKitText();
  const [ref, setRef] = useState('');
  const [title, setTitle] = useState('');
  const [profile, setProfile] = useState('');
  const [uris, setUris] = useState('');
  const { data } = useResource({ path: paths.profiles, schema: mcpProfilesBody });
  const servers = uris.split(/\s+/).filter((uri) => uri !== '');
  const create = useAction({
    run: (api) => {
      const body = {
        ref: ref.trim(),
        ...(title.trim() === '' ? {} : { title: title.trim() }),
        ...(profile === '' ? { servers } : { profile }),
      };
      return api.json({ path: paths.catalogs, method: 'POST', body }, mcpCatalogDone);
    },
    changes: concerned['catalogs'],
    done: (made) => t.imported(made.title, made.servers.length),
  });
  const source = profile === '' ? servers.map((uri) => ` --server ${uri}`).join('') : ` --from-profile ${profile}`;
  return (
    <Dialog open onClose={onClose} fullWidth maxWidth="sm" aria-labelledby="create-title">
      <form
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void create.start().then((ok) => ok && onClose());
        }}
      >
        <DialogTitle id="create-title">{t.createCatalog}</DialogTitle>
        <DialogContent>
          <Stack spacing={2} sx={{ pt: 1 }}>
            <TextField
              autoFocus
              required
              label={t.reference}
              placeholder="registry.example/me/catalog:1"
              value={ref}
              onChange={(event) => setRef(event.target.value)}
            />
            <TextField label={t.name} value={title} onChange={(event) => setTitle(event.target.value)} />
            <TextField select label={t.ofProfile} value={profile} onChange={(event) => setProfile(event.target.value)}>
              <MenuItem value="">{t.ofUris}</MenuItem>
              {data?.profiles.map(({ id }) => (
                <MenuItem key={id} value={id}>
                  {id}
                </MenuItem>
              ))}
            </TextField>
            {profile === '' && (
              <TextField
                multiline
                minRows={3}
                label={t.serverUris}
                placeholder={'catalog://starter/memory+time\ndocker://mcp/time\nfile://servers/mine.yaml'}
                value={uris}
                onChange={(event) => setUris(event.target.value)}
                slotProps={{ htmlInput: { spellCheck: false, style: { fontFamily: 'monospace' } } }}
              />
            )}
            <CommandHint command={`gantry mcp catalog create ${ref || 'REF'}${source}`} />
          </Stack>
        </DialogContent>
        <DialogActions>
          <Button onClick={onClose}>{kit.cancel}</Button>
          <Button type="submit" variant="contained" disabled={ref.trim() === ''} loading={create.isRunning}>
            {t.create}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}
